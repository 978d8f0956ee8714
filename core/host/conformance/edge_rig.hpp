// A small plastic projection under test: its synapses, traces and events, and the calls of the rule.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/conformance/guarded_memory.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

// The bounds of weights that a rule's parameters give: w_min (or weight_min, min_weight), w_max; infinite where there
// is no such parameter.
std::pair<double, double> declared_weight_bounds(const ParamTable& table);

struct EdgeSetup {
  uint32_t n_pre = 31, n_post = 23;
  double dt_ms = 1.0;
  bool lists_edges = false;  // outgoing synapses as a list edge[] instead of a run from first_edge
  bool is_silent = false;    // no unit fires
  uint32_t n_parts = 1;      // groups of targets, each told apart and with presynaptic traces of its own
  uint32_t sweep_n = 0;      // synapses in a call of sweep; 0: all
  Fence fence = Fence::canaries;
  uint64_t stream = 1;
};

class EdgeRig {
 public:
  // The instance must outlive the rig. Throws CallFailed.
  EdgeRig(Instance& instance, EdgeSetup setup);

  // init for every presynaptic unit. Throws CallFailed, as does step.
  void init();
  // One step: arrivals of random presynaptic spikes, then random postsynaptic spikes, then sweep and update if due.
  void step();
  // Calls every function but init with blocks of no synapse.
  void call_with_empty_blocks();
  // Goes on from where another rig of the same setup is, with nothing but its columns. Instead of init().
  void resume_from(const EdgeRig& other);

  struct Column {
    std::string name;
    const FencedArray<double>* values;
    double low, high;
    bool is_of_branches = false;  // presynaptic traces and their times
  };
  // Everything a rule may write: weights, edge states, traces and their times; then what each synapse last delivered.
  // Of presynaptic traces those of the first part.
  std::vector<Column> columns() const;
  uint64_t digest() const;
  // All values of columns(), one after the other.
  std::vector<double> snapshot() const;
  // The first value that differs, in words; "" if none does. Presynaptic traces, of which parts have copies, can be
  // left out.
  std::string difference(const std::vector<double>& should_be, bool with_branches = true) const;
  uint64_t steps_done() const { return step_; }
  double update_every_ms() const { return update_every_ms_; }
  // Makes every call compare what it must not write with what it was before; the first trespass, or "".
  void audit() { is_audited_ = true; }
  const std::string& trespass() const { return trespass_; }                    // of all calls but transmit
  const std::string& transmit_trespass() const { return transmit_trespass_; }  // of transmit

 private:
  using Function = eg_status (*)(const void*, eg_edge_block*, eg_error*);
  // Presynaptic traces of one group of targets.
  struct Part {
    std::vector<FencedArray<double>> pre;
    FencedArray<double> pre_t_ms;
  };
  // Presynaptic arrivals and modulators as `update` sees them.
  struct History {
    FencedArray<uint64_t> arrivals_begin;
    FencedArray<uint32_t> arrivals;
    std::vector<FencedArray<double>> modulators;
  };
  uint32_t first_target(uint32_t part) const { return part * setup_.n_post / setup_.n_parts; }
  uint32_t part_of(uint32_t target) const;
  eg_edge_block outgoing(uint32_t unit, uint32_t part);
  eg_edge_block incoming(uint32_t unit);
  void call_rule(const char* name, Function function, eg_edge_block block, double t_ms, uint32_t part = 0);
  void transmit(eg_edge_block block, double t_ms, uint32_t part);
  void sweep(double t_ms);
  void update(double t_ms);
  void fill(uint64_t step);
  void check_trespass(std::string_view name, const eg_edge_block& before, const eg_edge_block& block,
                      const std::vector<double>& old_read_only, const std::vector<double>& old);
  std::vector<double> read_only() const;

  Instance& instance_;
  const eg_edge edge_;
  EdgeSetup setup_;
  std::vector<uint64_t> out_begin_, in_begin_;
  FencedArray<uint64_t> out_edge_, in_edge_;
  FencedArray<uint32_t> target_, source_;
  FencedArray<double> weight_, post_t_ms_, modulator_, delivered_;
  std::vector<Part> parts_;
  std::vector<FencedArray<double>> edge_state_, post_, post_port_;
  double update_every_ms_ = 0, next_update_ms_ = 0;
  uint64_t step_ = 0;
  // Since the last update, of rules that keep histories.
  std::vector<std::vector<double>> post_log_;       // [step][required state, unit]
  std::vector<std::vector<double>> modulator_log_;  // [step][modulator]
  std::vector<std::vector<uint32_t>> arrivals_;     // [presynaptic unit]
  std::unique_ptr<History> shown_;                  // while `update` is called
  bool is_audited_ = false;
  std::string trespass_, transmit_trespass_;
};

}  // namespace encephagen::conformance
