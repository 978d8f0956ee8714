// A batch plugin (connectome, null model, analyzer) under test: one run over a dataset, with a sink that looks closely.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/conformance/guarded_memory.hpp"
#include "host/conformance/sample_data.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

struct BatchSeen {
  BatchResult result;
  std::string fault;   // the first result that is not well formed, or array of the input that was changed; "" if none
  size_t refused = 0;  // results handed over after the sink refused one
};

// Runs on `input`. The sink refuses everything from the `refuse_from`-th result on, with the text "disk full". Numbers
// of the input are fenced. Throws CallFailed.
BatchSeen run_once(const Instance& instance, uint64_t seed, const Sample& input, size_t refuse_from = SIZE_MAX,
                   Fence fence = Fence::canaries);

// "" if two results are equal to the last bit; messages do not count.
std::string difference(const BatchResult& is, const BatchResult& should_be);

// What a plugin of this kind is run on.
std::vector<Sample> usual_inputs(const Subject& subject);

}  // namespace encephagen::conformance
