// Synapses in files: weights.h5, which runs that learn write, and lists that people write.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario.hpp"

namespace encephagen {

class ResultWriter;
struct Synapses;

// The synapses of one projection in order of their sources; those of one source in the order of the file.
struct SavedSynapses {
  std::vector<int64_t> row_begin;  // [source .. n]
  std::vector<uint32_t> target;
  std::vector<double> weight;
  std::vector<double> delay_ms;  // empty: the projection's
  std::pair<int64_t, int64_t> row(uint32_t source) const { return {row_begin[source], row_begin[source + 1]}; }
};

// What a `rule = { file = ... }` names: lines "source,target,weight" or "source,target,weight,delay_ms" after a header,
// or a weights.h5 and in it the projection of the same name. Throws Failure(data_unusable) naming file, line and
// reason.
SavedSynapses read_synapses(const ProjectionSpec& spec, size_t n_source, size_t n_target);

// Writes /projections/NAME/source, target, weight, delay_ms (of the projection `name`, slashes made dots).
void write_synapses(ResultWriter& to, const std::string& group, const std::string& name, const Synapses& synapses,
                    double dt_ms);

}  // namespace encephagen
