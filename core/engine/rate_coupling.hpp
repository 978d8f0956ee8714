// Rate coupling between regions: G times the sum over sources of weight times delayed activity.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/aligned.hpp"

namespace encephagen {

// One weight with its delay.
struct RateEdge {
  uint32_t source, delay;
  double weight;
};

// Sums run over the sources in their order for every target, so the result is the same on every instruction set. Activity
// before the first step is that of the first step. All state lies in plain vectors.
class RateCoupling {
 public:
  // weights[target * n_source + source]; delay_steps of the same shape, or empty for none. A delay of 0 means the activity
  // at the start of the step. `scale` multiplies every sum.
  RateCoupling(std::span<const double> weights, size_t n_target, size_t n_source, std::span<const uint32_t> delay_steps, double scale);

  // The activity of all sources at the start of the next step. Then:
  void push(std::span<const double> activity);
  // Adds the coupling of this step to `out` [n_target].
  void compute(std::span<double> out);

  // The same by the plainest code, for tests. `history[k]` is the activity pushed k steps ago.
  static double reference(std::span<const double> weights, size_t n_source, std::span<const uint32_t> delay_steps, double scale, size_t target,
                          const std::vector<std::vector<double>>& history);

 private:
  void build_dense(std::span<const double> weights);
  void build_edges(std::span<const double> weights, std::span<const uint32_t> delay_steps);
  void compute_block();

  size_t n_target_, n_source_;
  double scale_;

  // Without delays: columns of weights in tiles of targets, single precision where that loses nothing.
  bool is_dense_ = false, is_single_ = false;
  AlignedVector<float> single_;
  AlignedVector<double> double_;
  std::vector<double> activity_;
  AlignedVector<double> sums_;

  // With delays: edges by target, and the activity of each source as one line of time.
  std::vector<uint64_t> edge_begin_;
  std::vector<RateEdge> edges_;
  size_t max_delay_ = 0, line_ = 0;  // length of a line
  size_t now_ = 0;                   // where the current step stands in a line
  size_t block_ = 1, in_block_ = 0;  // steps computed at once; which of them is next
  bool started_ = false;
  std::vector<double> history_;      // [source][line]
  std::vector<double> block_sums_;   // [step of the block][target]
};

}  // namespace encephagen
