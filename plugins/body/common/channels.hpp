// What every body does with its actions, its observations and its time.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace physics {

// "0.45" and not "0.450000".
inline std::string short_text(double x) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", x);
  return text.data();
}

// Refuses numbers outside their channel's range, NaN among them. `what` is "action" or "disturbance".
inline void check_values(const char* what, std::span<const double> values, const std::vector<eg::Channel>& channels) {
  for (size_t k = 0; k < values.size(); ++k) {
    const eg::Channel& c = channels[k];
    const double low = c.n_choices > 0 ? 0 : c.low, high = c.n_choices > 0 ? c.n_choices - 1.0 : c.high;
    const bool is_whole = c.n_choices == 0 || values[k] == std::floor(values[k]);
    if (std::isfinite(values[k]) && values[k] >= low && values[k] <= high && is_whole) continue;
    const std::string range = c.n_choices > 0 ? "one of " + std::to_string(c.n_choices) + " choices"
                                              : "within [" + short_text(low) + ", " + short_text(high) + "]";
    throw std::invalid_argument(std::string("the ") + what + " '" + c.name + "' is " + short_text(values[k]) +
                                ", not " + range);
  }
}

// Sensors saturate at the ends of what their channel declares.
inline void write_saturated(std::span<const double> values, const std::vector<eg::Channel>& channels,
                            std::span<double> to) {
  for (size_t k = 0; k < values.size(); ++k) to[k] = std::clamp(values[k], channels[k].low, channels[k].high);
}

// How many steps a duration is; throws when it is no whole number of them, or negative.
inline int64_t whole_steps(double duration_ms, double dt_ms) {
  const double steps = std::round(duration_ms / dt_ms);
  if (!(steps >= 0 && steps < 1e15) || std::abs(steps * dt_ms - duration_ms) > 1e-6 * dt_ms)
    throw std::invalid_argument("a duration of " + short_text(duration_ms) + " ms is not a whole number of steps of " +
                                short_text(dt_ms) + " ms");
  return static_cast<int64_t>(steps);
}

// What was earned since the last observe, term by term.
class Earned {
 public:
  explicit Earned(size_t n_terms) : terms_(n_terms) {}
  double& operator[](size_t k) { return terms_[k]; }
  void clear() { std::ranges::fill(terms_, 0.0); }
  void hand_out(std::span<double> to) {
    std::ranges::copy(terms_, to.begin());
    clear();
  }
  std::vector<double>& terms() { return terms_; }

 private:
  std::vector<double> terms_;
};

}  // namespace physics
