// Who is connected with whom: draws the synapses of one projection, one unit at a time, in any order.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/population.hpp"
#include "engine/weights_file.hpp"

namespace encephagen {

// Every unit draws from streams of its own below the projection's key, so that any split of the work over threads gives
// the same synapses. Rules that count from the target's side are asked for the sources of a target, the others for the
// targets of a source. All calls but the constructor are const and may come from any thread.
class Wiring {
 public:
  // Throws Failure when the rule cannot be satisfied or a delay is too long. The referred objects must outlive it.
  Wiring(const ProjectionSpec& spec, const Population& from, const Population& to, const Brain& brain, double dt_ms,
         uint64_t key);

  const ProjectionSpec& spec() const { return *spec_; }
  bool is_by_target() const { return is_by_target_; }
  size_t n_drawing_units() const { return (is_by_target_ ? to_ : from_)->size(); }
  // The partners of a source, or of a target, appended to `out`.
  void partners(uint32_t unit, std::vector<uint32_t>& out) const;

  bool shares_weight() const {
    return spec_->weight.is_constant() && !spec_->scales_weight && spec_->region_factor.empty() && !listed_;
  }
  bool shares_delay() const { return shares_delay_; }
  uint16_t shared_delay_steps() const { return shared_delay_; }
  // Weights and delays of the synapses between `unit` and the partners that partners() gave for it.
  void weights(uint32_t unit, std::span<const uint32_t> partners, std::vector<double>& out) const;
  void delays(uint32_t unit, std::span<const uint32_t> partners, std::vector<uint16_t>& out) const;

 private:
  // fixed_total over the units of one region, or of a pair of regions.
  struct Total {
    std::vector<uint32_t> outdegree;  // of every source: its targets are drawn one by one, with replacement
    std::vector<uint64_t> pairs;  // without multapses: source times the number of targets to choose from, plus choice
  };
  // Bernoulli trials of probability p, and what draws of them have in common.
  struct Trials {
    Trials(double p, uint32_t n);
    double p, log_q, none;  // none: the probability of no success
  };
  struct Link {  // between regions, as seen from the region that draws
    uint32_t region;
    double weight, length_mm;
    Total total;
    Trials trials;
  };
  void within(uint32_t unit, std::vector<uint32_t>& out) const;
  void between(uint32_t unit, std::vector<uint32_t>& out) const;
  // Appends partners among [first, last) by the rule.
  void draw(class UnitStream& stream, uint32_t unit, uint32_t first, uint32_t last, const Total& total,
            double per_weight, const Trials& trials, std::vector<uint32_t>& out) const;
  Total draw_total(uint32_t n_source, uint32_t n_target, uint64_t stream) const;
  std::vector<uint32_t> share_out(uint32_t n_source, uint64_t stream) const;
  uint16_t delay_steps(double ms) const;
  double weight_between(size_t target_region, size_t source_region) const;
  [[noreturn]] void refuse(const std::string& text) const;

  const ProjectionSpec* spec_;
  const Population *from_, *to_;
  const Brain* brain_;
  double dt_ms_;
  uint64_t key_;
  bool is_by_target_ = false, shares_delay_ = true;
  uint16_t shared_delay_ = 1;
  std::vector<std::vector<Link>> links_;         // [drawing region]
  std::vector<Total> totals_;                    // fixed_total within regions: [region]
  std::shared_ptr<const SavedSynapses> listed_;  // read from a file
};

// Throws Failure where delays follow from a velocity and the connectome has no tract lengths.
void require_lengths(const ProjectionSpec& spec, const Brain& brain);

// The projection's tract or fixed delay in whole steps, rounded to the nearest, at least `minimum`.
uint64_t delay_in_steps(const ProjectionSpec& spec, double length_mm, double dt_ms, uint64_t minimum);

// Draws `out.size()` values for unit `unit` of the stream `key`.
void draw_values(const ValueSpec& spec, uint64_t key, uint64_t unit, std::span<double> out, const Position& at);

// Whether a region answers to a pattern: a label, a group or a glob; "!" before it negates.
std::vector<bool> regions_matching(const Brain& brain, const std::string& pattern);

}  // namespace encephagen
