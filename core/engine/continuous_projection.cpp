// A projection that carries a number at every step instead of spikes.
#include "engine/continuous_projection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace encephagen {

ContinuousProjection::ContinuousProjection(const ProjectionSpec& spec, const Synapses& synapses, size_t n_target)
    : spec_(&spec), synapses_(synapses), arriving_(n_target) {
  if (!synapses_.delay_steps.empty())
    throw Failure(Exit::scenario_invalid,
                  fmt::format("{}: the delays of projection '{}' differ, and its source does not spike: give all one "
                              "delay_ms",
                              spec.at.text(), spec.name));
  past_.resize(synapses_.shared_delay_steps, std::vector<double>(synapses_.row_begin.size() - 1));
}

void ContinuousProjection::follow(const PlasticProjection& other) {
  leader_ = &other;
  const Synapses theirs = other.synapses();
  mirror_.clear();
  for (uint32_t source = 0; source + 1 < synapses_.row_begin.size(); ++source)
    for (uint64_t k = synapses_.row_begin[source]; k < synapses_.row_begin[source + 1]; ++k) {
      const uint32_t target = synapses_.target[k];
      const auto begin = theirs.target.begin() + static_cast<std::ptrdiff_t>(theirs.row_begin[target]),
                 end = theirs.target.begin() + static_cast<std::ptrdiff_t>(theirs.row_begin[target + 1]);
      const auto at = std::lower_bound(begin, end, source);
      if (at == end || *at != source)
        throw Failure(
            Exit::scenario_invalid,
            fmt::format("{}: projection '{}' is to follow '{}', which has no synapse from unit {} to unit {}: "
                        "connect both all to all",
                        spec_->at.text(), spec_->name, other.spec().name, target, source));
      mirror_.push_back(static_cast<uint64_t>(at - theirs.target.begin()));
    }
  last_ = theirs.weight;
  if (spec_->follows->how == FollowSpec::How::copy)
    for (size_t k = 0; k < mirror_.size(); ++k) synapses_.weight[k] = last_[mirror_[k]];
  seen_changes_ = other.n_changes();
}

void ContinuousProjection::follow_weights() {
  if (!leader_ || leader_->n_changes() == seen_changes_) return;
  seen_changes_ = leader_->n_changes();
  const std::vector<double> now = leader_->synapses().weight;
  const bool copies = spec_->follows->how == FollowSpec::How::copy;
  for (size_t k = 0; k < mirror_.size(); ++k) {
    double& w = synapses_.weight[k];
    w = copies ? now[mirror_[k]] : (w + now[mirror_[k]] - last_[mirror_[k]]) * (1 - spec_->follows->decay);
  }
  last_ = now;
}

void ContinuousProjection::restart() {
  n_steps_ = 0;
  for (auto& p : past_) std::ranges::fill(p, 0.0);
}

template <class Real>
void ContinuousProjection::step(std::span<const Real> output) {
  follow_weights();
  // The place of the oldest output, which is what arrives once the new one stands there.
  auto& newest = past_[n_steps_ % past_.size()];
  for (size_t s = 0; s < newest.size(); ++s) newest[s] = static_cast<double>(output[s]);
  ++n_steps_;
  const auto& oldest = past_[n_steps_ % past_.size()];
  std::ranges::fill(arriving_, 0.0);
  for (size_t s = 0; s < oldest.size(); ++s)
    for (uint64_t k = synapses_.row_begin[s]; k < synapses_.row_begin[s + 1]; ++k)
      arriving_[synapses_.target[k]] += synapses_.weight[k] * oldest[s];
}
template void ContinuousProjection::step(std::span<const double>);
template void ContinuousProjection::step(std::span<const float>);

size_t ContinuousProjection::bytes() const {
  return synapses_.size() * (sizeof(double) + sizeof(uint32_t)) + arriving_.size() * sizeof(double);
}

}  // namespace encephagen
