// A projection whose weights change: arrivals in time order, traces, and the calls into plasticity plugins.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "engine/synapses.hpp"

namespace encephagen {

// Weights take effect as they are when a spike arrives, so spikes wait as events instead of being added to the ring at
// once.
class PlasticProjection {
 public:
  // Throws Failure when a rule refuses its parameters.
  PlasticProjection(const ProjectionSpec& spec, Synapses synapses, const Population& from, const Population& to,
                    const PathResolver& paths);

  void init(double dt_ms);
  // Queues the spikes the source fired in `step`.
  void queue(std::span<const uint32_t> spikes, uint64_t step);
  // Adds what arrives in `step` to the port's arrivals, then tells the rules.
  void arrive(uint64_t step, double dt_ms, double* arriving);
  // Tells the rules which target units fired in `step`, and runs periodic updates that fall due.
  void fired(std::span<const uint32_t> spikes, uint64_t step, double dt_ms);

  const Synapses& synapses() const { return synapses_; }

 private:
  struct Event {
    uint32_t source;
    uint64_t first, n;  // synapses with this delay
  };
  struct Rule {
    PluginInstance instance;
    std::vector<std::vector<double>> edge_state, pre, post;
    std::vector<double> pre_t_ms, post_t_ms;
    std::vector<double*> edge_state_pointers, pre_pointers, post_pointers;
    std::vector<const double*> post_port;
    double update_every_ms, next_update_ms;
  };
  void call(Rule& rule, eg_status (*f)(const void*, eg_edge_block*, eg_error*), const char* name, eg_edge_block block,
            double t_ms);
  eg_edge_block incoming(uint32_t unit);

  Synapses synapses_;
  std::vector<Rule> rules_;
  std::vector<std::vector<Event>> waiting_;   // [step modulo]
  std::vector<uint64_t> in_begin_, in_edge_;  // incoming index: synapses of each target, in order of source
  std::vector<uint32_t> in_source_;
};

}  // namespace encephagen
