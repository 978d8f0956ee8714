// Builds a network from a scenario and steps it through time.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/plastic_projection.hpp"
#include "engine/population.hpp"
#include "engine/projection.hpp"
#include "engine/rate_coupling.hpp"

namespace encephagen {

// What a recording covers.
struct RecordedUnits {
  const RecordSpec* spec = nullptr;
  std::vector<uint32_t> unit;   // numbers within the population
  std::vector<int64_t> region;  // of each
};

// Receives recordings while the run goes on. Blocks are handed over in time order.
struct RecordSink {
  // `rows` is [time][unit]; times lie at the end of the sampled steps.
  std::function<void(size_t record, std::span<const double> time_ms, std::span<const double> rows)> signal;
  std::function<void(size_t record, std::span<const double> time_ms, std::span<const int64_t> unit)> spikes;
  // Called now and then with the share done; false stops the run.
  std::function<bool(double share)> progress;
};

struct NetworkSize {
  size_t n_units = 0;
  uint64_t n_synapses = 0;
  size_t bytes = 0;
};

class Simulation {
 public:
  // Builds populations, couplings and synapses. `scenario`, `brain` and `paths` must outlive it. Throws Failure.
  Simulation(const Scenario& scenario, const Brain& brain, const PathResolver& paths);

  // Runs from 0 to duration_ms. Returns false if the sink's progress stopped it. Throws Failure when a plugin fails or
  // a state stops being finite.
  bool run(const RecordSink& sink);

  const std::vector<RecordedUnits>& records() const { return records_; }
  NetworkSize size() const;
  // For tests and benchmarks: one step without recording; init() first.
  void init();
  void step(uint64_t k);
  Population& population(size_t i) { return *populations_[i]; }

 private:
  struct Coupling {  // continuous: region means of one population into a port of another
    size_t from, to, port, output;
    RateCoupling matrix;
    std::vector<double> activity, input;  // [region]
  };
  struct SpikePath {
    size_t from, to, port;
    Synapses synapses;
  };
  struct PlasticPath {
    size_t from, to, port;
    std::unique_ptr<PlasticProjection> projection;
  };
  struct Ring {
    size_t population, port;
    ArrivalRing arrivals;
  };
  struct Stimulus {
    size_t population, port;
    std::vector<uint32_t> unit;
    uint64_t from_step, to_step;
    double amplitude;
  };
  struct EncoderPath {
    size_t population, port;
    std::vector<uint32_t> unit;
    std::unique_ptr<Population> encoder;
  };
  void add_coupling(const ProjectionSpec& spec);
  void add_encoder(const EncoderSpec& spec, size_t index);
  void add_stimulus(const StimulusSpec& spec);
  void add_record(const RecordSpec& spec);
  ArrivalRing& ring_of(size_t population, size_t port, size_t max_delay);
  std::vector<uint32_t> units_of(size_t population, const Selector& selector) const;
  void gather_inputs(uint64_t k);

  const Scenario& scenario_;
  const Brain& brain_;
  const PathResolver& paths_;
  std::vector<std::unique_ptr<Population>> populations_;
  std::vector<Coupling> couplings_;
  std::vector<SpikePath> spike_paths_;
  std::vector<PlasticPath> plastic_paths_;
  std::vector<Ring> rings_;
  std::vector<Stimulus> stimuli_;
  std::vector<EncoderPath> encoders_;
  std::vector<RecordedUnits> records_;
  std::vector<std::pair<size_t, size_t>> driven_ports_;  // population, port: cleared at every step
};

}  // namespace encephagen
