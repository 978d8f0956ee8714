// Rate coupling between regions: scale times the sum over sources of weight times delayed activity.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/state_archive.hpp"

namespace encephagen {

// One weight, with its delay.
struct RateTerm {
  double weight;
  uint32_t target, source, delay;
};

// Weights whose delays are long enough that several steps can be computed at once. Terms are ordered by tile of
// sources, then target, then source. The activity of each source stands as one line of time, a ring that is written
// twice, so that every stretch of it can be read in one piece.
struct RateBlocks {
  struct Term {
    double weight;
    int64_t from;  // where the activity starts, counted from the current step in the line of source 0
  };
  size_t n_target = 0, row_length = 0;  // row_length: sources, padded
  size_t n_tiles = 0;
  std::vector<uint64_t> begin;  // [tile][target]
  std::vector<Term> terms;
  size_t line = 0, stride = 0, now = 0;  // length of the ring; distance of lines; where the current step stands
  AlignedVector<double> lines;           // [source, padded][stride]
  AlignedVector<double> sums;            // [target, padded][step of the block]
  AlignedVector<double> rows;            // the same as [step of the block][target, padded]
};

// Once per step: push() what the sources do at its start, then compute(). Before the first step the sources did what
// they do at its start. The sum of a target has one fixed order, so results are the same on every instruction set. All
// state lies in plain vectors.
class RateCoupling {
 public:
  // weights[target * n_source + source]; delay_steps of the same shape, or empty for none. A delay of 0 means the
  // activity at the start of the step. Delays do not count where the weight is 0.
  RateCoupling(std::span<const double> weights, size_t n_target, size_t n_source, std::span<const uint32_t> delay_steps,
               double scale);

  void push(std::span<const double> activity);  // [n_source]
  // Writes the coupling of this step to `out` [n_target]: scale * (a + b), where a sums the terms with a delay of at
  // least long_delay_steps(), b the others, both over the sources in their order; sums_pairs(): over pairs of them.
  void compute(std::span<double> out);
  void visit(StateArchive& a) {
    a(now_, has_started_, in_block_, rows_, sums_, blocks_.now, blocks_.lines, blocks_.sums, blocks_.rows);
  }
  void restart() { has_started_ = false, in_block_ = 0; }  // the next step is the first

  static constexpr uint32_t no_long_delays = UINT32_MAX;
  // Whether the terms of sources 2 k and 2 k + 1 are added to each other before they are added to b.
  bool sums_pairs() const { return is_dense_; }
  uint32_t long_delay_steps() const { return block_ > 0 ? static_cast<uint32_t>(block_ - 1) : no_long_delays; }

 private:
  void choose(std::span<const RateTerm> terms);
  void build_dense(std::span<const double> weights);
  bool build_codes(std::span<const double> weights);
  void build_blocks(std::span<const RateTerm> terms);
  void start(std::span<const double> activity);
  const double* row(size_t steps_ago) const {
    return rows_.data() + (now_ >= steps_ago ? now_ - steps_ago : now_ + n_rows_ - steps_ago) * row_length_;
  }

  size_t n_target_, n_source_;
  double scale_;

  // The last rows of activity, a ring [row][source, padded]; one row more for a copy of the first.
  size_t n_rows_ = 1, row_length_, now_ = 0;
  bool has_started_ = false;
  AlignedVector<double> rows_;
  AlignedVector<double> sums_;  // b of the current step [target, padded]

  // One delay for all and not too sparse: columns of weights, in tiles of targets; or, where weights have few values,
  // codes for pairs of them.
  bool is_dense_ = false;
  size_t dense_delay_ = 0, n_eights_ = 0, n_pairs_;  // eights of targets, pairs of sources
  AlignedVector<double> dense_;
  AlignedVector<uint8_t> codes_;
  std::vector<double> values_;

  // Otherwise: terms computed step by step, by target and source, and terms computed for `block_` steps at once.
  std::vector<RateTerm> points_;
  size_t block_ = 0, in_block_ = 0;
  RateBlocks blocks_;
};

}  // namespace encephagen
