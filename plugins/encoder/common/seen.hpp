// What encoders of a body share: which of the things seen a unit stands for, and rates that change when they do.
#pragma once
#include <bit>
#include <cmath>
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>
#include <string>

#include "chance_port.hpp"
#include "numbered_units.hpp"

namespace core::seen {

// Throws std::invalid_argument where a body shows nothing.
inline void check_any(std::span<const double> observation) {
  if (observation.empty())
    throw std::invalid_argument("it encodes what is seen of a body: give it body = \"NAME\" and observe");
}

// Which of n_parts an unit belongs to: parts are as large as each other as can be, and follow one another in the order
// of units. Throws std::invalid_argument when there are more parts than units, or no such unit; `what` names the parts.
inline size_t part(double unit, double n_units, size_t n_parts, const char* what) {
  const auto n = static_cast<size_t>(n_units), u = static_cast<size_t>(std::fmax(0, unit));
  if (u >= n)
    throw std::invalid_argument("unit = " + std::to_string(u) + ", but there are n_units = " + std::to_string(n));
  if (n_parts > n)
    throw std::invalid_argument("there are " + std::to_string(n_parts) + " " + what + ", but the encoder feeds " +
                                std::to_string(n) + " units: some would be seen by nobody");
  return u * n_parts / n;
}

// What a list of numbers says of observation k: empty means `none`, one number holds for all.
// Throws std::invalid_argument when there are as many numbers as suit neither.
inline double of_observation(const char* name, eg::Numbers list, size_t k, size_t n, double none) {
  if (list.empty()) return none;
  if (list.size() == 1) return list[0];
  if (list.size() != n)
    throw std::invalid_argument(std::string(name) + " has " + std::to_string(list.size()) + " numbers, but " +
                                std::to_string(n) + " observations are encoded: give one for all, or one for each");
  return list[k];
}

// A number from 0 to 2^52 that is another, but for one case in 2^52, when what is seen is.
inline double digest(std::span<const double> observation) {
  uint64_t h = 0xcbf29ce484222325ull;
  for (const double x : observation) {
    h = (h ^ std::bit_cast<uint64_t>(x)) * 0x9E3779B97F4A7C15ull;
    h ^= h >> 29;
  }
  return static_cast<double>(h >> 12);
}
inline constexpr eg::Column digest_column{"seen", "of what was seen when the value was last reckoned", -1, 0x1p53};
inline constexpr double nothing_yet = -1;

}  // namespace core::seen

// Columns and steps of encoders that spike at a rate which depends on what is seen.
namespace core::seen_spikes {

enum State { kPsc, kRate, kSeen };
inline constexpr auto state = eg::list(
    chance_port::spikes, eg::Column{"rate_hz", "rate at which the unit is made to spike", 0}, seen::digest_column);
inline constexpr auto outputs =
    eg::list(eg::Output{"psc", kPsc, "what the spike of this step adds", EG_ACCEPTS_SPIKES});
enum Random { kChance };
inline constexpr auto random = eg::list(chance_port::chance);

template <class Params>
constexpr auto weight_param() {
  return eg::param("weight_mv", &Params::weight_mv, eg::range(-1e6, 1e6), "what one spike adds to the port");
}

inline void init(eg::EncoderBlock& b, double max_hz) {
  chance_port::check_rate("max_hz", max_hz, b.dt_ms());
  std::ranges::fill(b.state(kPsc), 0.0);
  std::ranges::fill(b.state(kRate), 0.0);
  std::ranges::fill(b.state(kSeen), seen::nothing_yet);
}

// `rate_hz(i)` is that of unit i of the block; it is asked only when something else is seen than in the step before.
template <class RateOf>
void step(eg::EncoderBlock& b, double weight, RateOf rate_hz) {
  seen::check_any(b.observation());
  const double now = seen::digest(b.observation()), seconds = b.dt_ms() * 1e-3;
  const auto psc = b.state(kPsc), rate = b.state(kRate), last = b.state(kSeen);
  for (size_t i = 0; i < b.size(); ++i)
    if (last[i] != now) rate[i] = rate_hz(i), last[i] = now;
  const auto chance = b.random(kChance);
  for (size_t i = 0; i < b.size(); ++i) psc[i] = chance[i] < rate[i] * seconds ? weight : 0;
}

}  // namespace core::seen_spikes
