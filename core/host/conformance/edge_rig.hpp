// A small plastic projection under test: its synapses, traces and events, and the calls of the rule.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/conformance/guarded_memory.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

struct EdgeSetup {
  uint32_t n_pre = 31, n_post = 23;
  double dt_ms = 1.0;
  bool lists_edges = false;  // outgoing synapses as a list edge[] instead of a run from first_edge
  bool is_silent = false;    // no unit fires
  Fence fence = Fence::canaries;
  uint64_t stream = 1;
};

class EdgeRig {
 public:
  // The instance must outlive the rig. Throws CallFailed.
  EdgeRig(Instance& instance, EdgeSetup setup);

  // init for every presynaptic unit. Throws CallFailed, as does step.
  void init();
  // One step: arrivals of random presynaptic spikes, then random postsynaptic spikes, then the periodic update if due.
  void step();
  // Calls with blocks of no synapse for every function.
  void call_with_empty_blocks();
  // Goes on from where another rig of the same setup is, with nothing but its columns. Instead of init().
  void resume_from(const EdgeRig& other);

  struct Column {
    std::string name;
    const FencedArray<double>* values;
    double low, high;
  };
  // Everything a rule may write: weights, edge states, traces and their times.
  std::vector<Column> columns() const;
  uint64_t digest() const;
  // All values of columns(), one after the other.
  std::vector<double> snapshot() const;
  // The first value that differs, in words; "" if none does.
  std::string difference(const std::vector<double>& should_be) const;
  uint64_t steps_done() const { return step_; }
  double update_every_ms() const { return update_every_ms_; }
  // Makes every call compare what it must not write with what it was before; the first trespass, or "".
  void audit() { is_audited_ = true; }
  const std::string& trespass() const { return trespass_; }

 private:
  using Function = eg_status (*)(const void*, eg_edge_block*, eg_error*);
  eg_edge_block outgoing(uint32_t unit);
  eg_edge_block incoming(uint32_t unit);
  void call_rule(const char* name, Function function, eg_edge_block block, double t_ms);
  void fill(uint64_t step);
  void check_trespass(const char* name, const eg_edge_block& before, const eg_edge_block& block,
                      const std::vector<double>& old);
  std::vector<double> read_only() const;

  Instance& instance_;
  const eg_edge& edge_;
  EdgeSetup setup_;
  std::vector<uint64_t> out_begin_, in_begin_;
  FencedArray<uint64_t> out_edge_, in_edge_;
  FencedArray<uint32_t> target_, source_;
  FencedArray<double> weight_, pre_t_ms_, post_t_ms_, modulator_;
  std::vector<FencedArray<double>> edge_state_, pre_, post_, post_port_;
  double update_every_ms_ = 0, next_update_ms_ = 0;
  uint64_t step_ = 0;
  bool is_audited_ = false;
  std::string trespass_;
};

}  // namespace encephagen::conformance
