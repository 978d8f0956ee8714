// Phases and episodes on the axis of steps.
#include "engine/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/text.hpp"

namespace encephagen {

namespace {

// Of `n`, where every number divides 0, that is not above `most`.
uint64_t longest_divisor(uint64_t n, uint64_t most) {
  for (uint64_t k = most; k > 1; --k)
    if (n % k == 0) return k;
  return 1;
}

}  // namespace

Schedule::Schedule(const Scenario& s) {
  uint64_t first = 0;
  for (const auto& p : s.phases) {
    const auto episode = static_cast<uint64_t>(std::llround(p.episode_ms / s.dt_ms));
    phases_.push_back({&p, first, episode, episode * p.episodes});
    first += phases_.back().n_steps;
  }
  if (phases_.empty()) phases_.push_back({nullptr, 0, std::max<uint64_t>(1, s.n_steps()), s.n_steps()});
}

size_t Schedule::phase_at(uint64_t step) const {
  const auto after = std::ranges::upper_bound(phases_, step, {}, &Phase::first);
  return static_cast<size_t>(after - phases_.begin()) - 1;
}

uint64_t Schedule::episode_start(uint64_t step) const {
  const Phase& p = phases_[phase_at(step)];
  return p.first + (step - p.first) / p.episode_steps * p.episode_steps;
}

uint64_t Schedule::fitting_block(uint64_t longest) const {
  if (!phases_.front().spec) return longest;
  uint64_t common = 0;
  for (const auto& p : phases_) common = std::gcd(common, p.episode_steps);
  return longest_divisor(common, longest);
}

uint64_t block_of_bodies(const Scenario& s, uint64_t longest) {
  uint64_t common = 0;
  for (const auto& b : s.bodies) common = std::gcd(common, static_cast<uint64_t>(std::llround(b.step_ms / s.dt_ms)));
  return longest_divisor(common, longest);
}

bool is_chosen(const std::vector<std::string>& patterns, std::initializer_list<std::string_view> names) {
  bool is = false;
  for (const auto& p : patterns) {
    const bool is_negated = p.starts_with("!");
    const std::string_view pattern = std::string_view(p).substr(is_negated ? 1 : 0);
    if (std::ranges::any_of(names, [&](auto name) { return glob_match(pattern, name, true); })) is = !is_negated;
  }
  return is;
}

}  // namespace encephagen
