// Poisson spike trains whose rate changes in time; equations in inhomogeneous_poisson.md.
#pragma once
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>

#include "../common/poisson_port.hpp"

namespace core {

struct InhomogeneousPoisson {
  static constexpr eg::Info info{"core.inhomogeneous_poisson", "1.0.0",
                                 "Poisson spikes into every unit at a rate that changes in time"};

  enum class Course { sine, table };
  struct Params {
    Course course = Course::sine;
    double offset_hz = 1000, amplitude_hz = 500, frequency_hz = 10, phase_rad = 0, weight_mv = 2;
    eg::Numbers times_ms, rates_hz;
    static constexpr auto fields =
        eg::list(eg::param("course", &Params::course, eg::choices("sine", "table"), "how the rate changes"),
                 eg::param("offset_hz", &Params::offset_hz, eg::range(-1e7, 1e7), "course = sine: mean of the wave",
                           eg::per_unit),
                 eg::param("amplitude_hz", &Params::amplitude_hz, eg::range(0, 1e7),
                           "course = sine: height of the wave", eg::per_unit),
                 eg::param("frequency_hz", &Params::frequency_hz, eg::range(0, 1e4), "course = sine: waves per second"),
                 eg::param("phase_rad", &Params::phase_rad, eg::range(-1000, 1000),
                           "course = sine: phase of the wave at time 0", eg::per_unit),
                 eg::param("times_ms", &Params::times_ms, eg::range(0, 1e12),
                           "course = table: when each rate begins, increasing"),
                 eg::param("rates_hz", &Params::rates_hz, eg::range(0, 1e7),
                           "course = table: the rate from each time on; 0 before the first"),
                 eg::param("weight_mv", &Params::weight_mv, eg::range(-1000, 1000), "what one spike adds to the port"));
  } p;
  enum PerUnitParam { kOffset, kAmplitude, kPhase };

  static constexpr auto state = poisson_port::state;
  static constexpr auto outputs = poisson_port::outputs;
  static constexpr auto random = poisson_port::random;

  explicit InhomogeneousPoisson(const Params& params) : p(params) {
    if (p.course == Course::sine) return;
    if (p.times_ms.size() != p.rates_hz.size() || p.times_ms.empty())
      throw std::invalid_argument("course = table needs times_ms and rates_hz, equally many numbers in each");
    for (size_t k = 1; k < p.times_ms.size(); ++k)
      if (!(p.times_ms[k] > p.times_ms[k - 1])) throw std::invalid_argument("times_ms must increase");
  }

  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    std::ranges::fill(b.state(poisson_port::kPsc), Real{0});
    set_rate(b, b.t_ms() + 0.5 * b.dt_ms());
  }

  // The counts of this step were drawn from the rate that is there; the rate of the next step is that in its middle.
  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    poisson_port::add_spikes(b, p.weight_mv);
    set_rate(b, b.t_ms() + 1.5 * b.dt_ms());
  }

 private:
  template <class Real>
  void set_rate(eg::EncoderBlockOf<Real>& b, double t_ms) const {
    const auto rate = b.state(poisson_port::kRate);
    if (p.course == Course::table) {
      std::ranges::fill(rate, static_cast<Real>(from_table(t_ms)));
      return;
    }
    const auto offset = b.param(kOffset), amplitude = b.param(kAmplitude), phase = b.param(kPhase);
    const double turns = p.frequency_hz * 1e-3 * t_ms, whole = std::floor(turns);
    double sine = 0, cosine;
    for (size_t i = 0; i < rate.size(); ++i) {
      if (i == 0 || !b.param_is_uniform(kPhase))
        eg::sincos_turn((turns - whole) + static_cast<double>(phase[i]) / 6.283185307179586, sine, cosine);
      const double r = static_cast<double>(offset[i]) + static_cast<double>(amplitude[i]) * sine;
      rate[i] = static_cast<Real>(r > 0 ? r : 0);
    }
  }

  double from_table(double t_ms) const {
    const auto after = std::ranges::upper_bound(p.times_ms, t_ms);
    return after == p.times_ms.begin() ? 0 : p.rates_hz[static_cast<size_t>(after - p.times_ms.begin()) - 1];
  }
};

}  // namespace core
