// A projection whose weights change: what arrives when, and the calls into plasticity rules.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/delivery.hpp"
#include "engine/plastic_synapses.hpp"

namespace encephagen {

// Weights take effect as they are when a spike arrives. Cut into parts by slices of targets, each worked on by the
// thread that owns the slice: results do not depend on the cut, because a rule never reckons over several targets.
// Within a step: arrivals are delivered, then told to the rules; then the units are stepped; then their spikes are
// told.
class PlasticProjection {
 public:
  // `bound` are the slices of the target population. Throws Failure when a rule refuses its parameters. `to` and
  // `spec` must outlive it.
  PlasticProjection(const ProjectionSpec& spec, size_t from_index, size_t to_index, const Synapses& synapses,
                    const Population& to, std::vector<uint32_t> bound, const PathResolver& paths, double dt_ms);

  const ProjectionSpec& spec() const { return *spec_; }
  // A block may last this long: what arrives in it is then known before it begins.
  uint64_t longest_block() const { return min_delay_ - dendritic_; }
  // How long spikes of either side are needed.
  uint64_t longest_memory() const { return std::max(max_delay_, dendritic_); }

  // Rules begin; weights stay as they are.
  void init();
  // An episode begins in `step`: traces as after init, nothing under way; weights and the states of synapses stay.
  void restart(uint64_t step);
  // An episode ended early, after `step`: rules that keep a history and are not at the end of one are updated now.
  void finish_episode(uint64_t step, const double* modulators);
  // A phase begins in `step`: rules whose projection or plugin matches one of the patterns act in it.
  void set_active(const std::vector<std::string>& patterns, uint64_t step);

  // The spikes of [from, to) became known.
  void queue(size_t part, const SpikeHistory& history, uint64_t from, uint64_t to);
  // What arrives in `step`. `slot` is the place of the part's first target in the port's arrivals.
  template <class Real>
  void arrive(size_t part, const SpikeHistory& history, uint64_t step, const double* modulators, Real* slot);
  // After the units were stepped.
  void fired(size_t part, const SpikeHistory& history, uint64_t step, const double* modulators);

  // All synapses in order of source, target and delay, whatever the cut.
  Synapses synapses() const;
  // The place of a synapse numbered as in synapses().
  double& weight(const Synapses& as, uint64_t k);
  // Grows whenever weights may have changed. Not to be called while parts are at work.
  uint64_t n_changes() const;
  size_t n_synapses() const;
  size_t synapse_bytes() const;
  size_t trace_bytes() const;
  uint64_t n_events() const;
  void visit(StateArchive& a) {
    for (auto& rule : rules_) a(rule);
    for (auto& part : parts_) a(part);
  }

 private:
  using Call = eg_status (*)(const void*, eg_edge_block*, eg_error*);
  struct Rule {
    PluginInstance instance;
    eg_edge edge;                   // its table; what it is too old to have is null
    std::vector<uint32_t> ports;    // state columns of the targets
    std::vector<bool> is_constant;  // [port] set by init alone: its history is made when asked for
    std::vector<size_t> modulators;
    uint64_t update_every = 0;  // steps
    bool is_active = true;
    uint64_t active_since = 0;
    void visit(StateArchive& a) { a(is_active, active_since); }
  };
  struct RulePart {
    std::vector<std::vector<double>> edge_state;  // [column][synapse of the part]
    std::vector<std::span<double>> pre, post;     // [column][branch or target of the part], in its PlasticSynapses
    std::span<double> pre_t_ms, post_t_ms;
    std::vector<std::vector<double>> initial_pre, initial_post;  // and their times last
    std::vector<double*> edge_state_pointers, pre_pointers, post_pointers;
    std::vector<const double*> port_pointers;
    std::vector<double> modulator;
    eg_edge_block block;  // what is the same in all calls
    // Of rules that keep histories, since the last update.
    uint32_t n_history = 0;
    // Steps before n_placed: [port][target * capacity + step], of a constant port [port][step] of one target; and later
    // ones, of ports that are not constant: [port][(step - n_placed) * targets + target].
    std::vector<std::vector<double>> post_history, staged;
    uint32_t n_placed = 0;
    std::vector<std::vector<double>> modulator_history;   // [modulator][step]
    std::vector<std::pair<uint32_t, uint32_t>> arrivals;  // branch, step
    void place_history();
    void visit(StateArchive& a) {
      place_history();
      for (auto* columns : {&pre, &post})
        for (auto& c : *columns) a(c);
      a(edge_state, pre_t_ms, post_t_ms, n_history, post_history, modulator_history, arrivals);
      n_placed = n_history;
    }
  };
  struct Part {
    Part(PlasticSynapses s, uint32_t first_unit) : synapses(std::move(s)), first(first_unit) {}
    PlasticSynapses synapses;
    uint32_t first;  // unit of the population
    std::vector<RulePart> rules;
    // Branches under way: [step modulo]; to the synapse, and from there to the soma where dendrites delay.
    std::vector<std::vector<uint32_t>> to_synapse, to_soma;
    std::vector<uint32_t> arriving;
    std::vector<double> transmitted;
    std::vector<uint64_t> edges;
    size_t units_ahead = 1;  // whose incoming synapses are asked for
    uint64_t n_changes = 0, n_events = 0;
    void visit(StateArchive& a) { a(synapses.weight, rules, to_synapse, to_soma, n_changes, n_events); }
  };

  void add_rule(const PlasticitySpec& choice, const Population& to, const PathResolver& paths);
  void lay_out(Part& part, RulePart& r, const Rule& rule, const Population& to);
  const std::vector<uint32_t>& arriving(Part& part, const SpikeHistory& history, uint64_t step, uint64_t ahead,
                                        std::vector<std::vector<uint32_t>>& waiting);
  void tell(Part& part, size_t i, uint64_t step, const double* modulators, const std::vector<uint32_t>& branches);
  void update(Part& part, size_t i);
  void keep_history(Part& part, size_t i, const double* modulators);
  void forget_history(RulePart& r);
  eg_edge_block& begin_call(Part& part, size_t rule, uint64_t step, const double* modulators);
  void set_outgoing(eg_edge_block& b, const Part& part, uint32_t branch) const;
  void set_incoming(eg_edge_block& b, Part& part, uint32_t target) const;
  void prefetch_outgoing(const Part& part, uint32_t branch) const;
  void prefetch_index(const Part& part, uint32_t target) const;
  void prefetch_incoming(const Part& part, uint32_t target) const;
  void call(const Rule& rule, Call f, const char* name, eg_edge_block& block) const;

  const ProjectionSpec* spec_;
  size_t from_, to_;
  double dt_ms_;
  uint64_t min_delay_ = 1, max_delay_ = 1, dendritic_ = 0;
  bool shares_delay_ = true, transmits_ = false;
  std::vector<uint32_t> bound_;
  std::vector<Rule> rules_;
  std::vector<Part> parts_;
};

}  // namespace encephagen
