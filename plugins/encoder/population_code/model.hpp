// What is seen of a body as rates of spikes; equations in population_code.md.
#pragma once
#include "../common/seen.hpp"

namespace core {

struct PopulationCode {
  static constexpr eg::Info info{"core.population_code", "1.0.0",
                                 "what is seen of a body as spikes of groups of units, at rates by size"};
  enum class Code { rising, opposed };
  static constexpr double minus_one[] = {-1}, plus_one[] = {1};
  struct Params {
    eg::Numbers low = minus_one, high = plus_one;
    double min_hz = 0, max_hz = 100, weight_mv = 1, unit = -1, n_units = 0;
    Code code = Code::opposed;
    static constexpr auto fields = eg::list(
        eg::param("low", &Params::low, eg::range(-1e9, 1e9), "lowest value of each observation, or of all"),
        eg::param("high", &Params::high, eg::range(-1e9, 1e9), "highest value of each observation, or of all"),
        eg::param(
            "code", &Params::code, eg::choices("rising", "opposed"),
            "rates rise with the value; or half of the units fire for values above the middle, half for those below"),
        eg::param("min_hz", &Params::min_hz, eg::range(0, 1e4), "rate at the lowest value; opposed: at the middle"),
        eg::param("max_hz", &Params::max_hz, eg::range(0, 1e4), "rate at the highest value; opposed: at either end"),
        seen_spikes::weight_param<Params>(), unit_param<Params>(), n_units_param<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  static constexpr auto state = seen_spikes::state;
  static constexpr auto outputs = seen_spikes::outputs;
  static constexpr auto random = seen_spikes::random;

  explicit PopulationCode(const Params& params) : p(params) {
    if (p.max_hz < p.min_hz) throw std::invalid_argument("max_hz is below min_hz");
  }
  void init(eg::EncoderBlock& b) const { seen_spikes::init(b, p.max_hz); }

  void step(eg::EncoderBlock& b) const {
    const auto observation = b.observation();
    const size_t n = observation.size(), per_observation = p.code == Code::opposed ? 2 : 1;
    seen_spikes::step(b, p.weight_mv, [&](size_t i) {
      const size_t group = seen::part(b.param(kUnit)[i], b.param(kNUnits)[i], per_observation * n, "groups of units");
      const size_t k = group / per_observation;
      return p.min_hz + (p.max_hz - p.min_hz) * share(observation[k], k, n, group % 2 == 1);
    });
  }

 private:
  // Where between the bounds, from 0 to 1; opposed: how far from the middle on the side of the group.
  double share(double x, size_t k, size_t n, bool is_for_low) const {
    const double low = seen::of_observation("low", p.low, k, n, -1),
                 high = seen::of_observation("high", p.high, k, n, 1);
    if (!(low < high)) throw std::invalid_argument("low is not below high for observation " + std::to_string(k));
    const double place = (x - low) / (high - low);
    const double z = p.code == Code::rising ? place : is_for_low ? 1 - 2 * place : 2 * place - 1;
    return std::fmin(std::fmax(z, 0), 1);
  }
};

}  // namespace core
