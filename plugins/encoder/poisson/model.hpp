// Independent Poisson spike trains into every unit an encoder feeds; equations in poisson.md.
#pragma once
#include <array>
#include <cmath>
#include <encephagen/sdk/encoder.hpp>
#include <encephagen/sdk/math.hpp>
#include <stdexcept>

namespace core {

struct Poisson {
  static constexpr eg::Info info{"core.poisson", "1.0.0", "independent Poisson spikes into every unit"};

  struct Params {
    double rate_hz = 1000, threshold_ratio = 0, weight_mv = 2, tau_m_ms = 20, threshold_mv = 20;
    static constexpr auto fields =
        eg::list(eg::param("rate_hz", &Params::rate_hz, eg::range(0, 1e7),
                           "spikes per second into a unit; or give threshold_ratio", eg::per_unit),
                 eg::param("threshold_ratio", &Params::threshold_ratio, eg::range(0, 1000),
                           "rate as a multiple of threshold_mv / (weight_mv tau_m_ms); or give rate_hz"),
                 eg::param("weight_mv", &Params::weight_mv, eg::range(-1000, 1000), "what one spike adds to the port"),
                 eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.01, 10000),
                           "membrane time constant; only threshold_ratio uses it"),
                 eg::param("threshold_mv", &Params::threshold_mv, eg::range(0.01, 1000),
                           "spike threshold above rest; only threshold_ratio uses it"));
  } p;
  enum PerUnitParam { kRate };

  enum State { kPsc };
  static constexpr auto state = eg::list(eg::Column{"psc_mv", "what the spikes of this step add"});
  static constexpr auto outputs = eg::list(eg::Output{"psc_mv", kPsc, "what the spikes of this step add"});
  enum Random { kUniform };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"count", EG_RANDOM_UNIFORM, "turned into the number of spikes of a step"});

  // Means above it are refused: the time to draw a number grows with the mean.
  static constexpr double max_mean = 100;

  explicit Poisson(const Params& params) : p(params) {
    if (p.threshold_ratio > 0 && p.weight_mv <= 0)
      throw std::invalid_argument("threshold_ratio needs a positive weight_mv: a negative one never reaches threshold");
  }

  void init(eg::EncoderBlock& b) const {
    const auto rate = b.param(kRate);
    for (size_t i = 0; i < b.size(); ++i) {
      if (p.threshold_ratio > 0 && rate[i] != Params{}.rate_hz)
        throw std::invalid_argument("rate_hz and threshold_ratio are both given: give one of them");
      const double m = mean(rate[i], b.dt_ms());
      if (m > max_mean)
        throw std::invalid_argument("the rate means " + std::to_string(std::llround(m)) +
                                    " spikes per step, more than 100: make dt_ms smaller or lower the rate");
      b.state(kPsc)[i] = 0;
    }
  }

  void step(eg::EncoderBlock& b) const {
    if (b.size() == 0) return;
    if (b.param_is_uniform(kRate))
      uniform(b, mean(b.param(kRate)[0], b.dt_ms()));
    else
      heterogeneous(b);
  }

  // Spikes per step.
  double mean(double rate_hz, double dt_ms) const {
    const double per_ms =
        p.threshold_ratio > 0 ? p.threshold_mv * p.threshold_ratio / (p.weight_mv * p.tau_m_ms) : rate_hz * 1e-3;
    return per_ms * dt_ms;
  }

 private:
  // The distribution function of the number of spikes, value by value. Past the end (rest below 1e-18, while a uniform
  // number has 53 bits) it is infinite, so that rounding cannot make a search endless.
  struct Distribution {
    double m, p, below;
    size_t k = 0;
    explicit Distribution(double mean) : m(mean), p(eg::exp(-mean)), below(p) {}
    void next() {
      const auto n = static_cast<double>(++k);
      p *= m / n;
      below = n > m && p < 1e-18 ? eg::infinity : below + p;
    }
  };

  // One search serves all units: the number of values of the distribution function below u.
  void uniform(eg::EncoderBlock& b, double m) const {
    std::array<double, 512> below;  // for a mean of 100 about 220 are used
    below.fill(eg::infinity);
    Distribution d(m);
    for (size_t k = 0; d.below < eg::infinity && k + 1 < below.size(); d.next()) below[k++] = d.below;
    const auto u = b.random(kUniform);
    const auto psc = b.state(kPsc);
    const size_t n = b.size();
    const auto count_of = [](bool above) { return above ? 1.0 : 0.0; };
    for (size_t i = 0; i < n; ++i)  // up to 3 without a branch, so that the loop vectorises
      psc[i] = p.weight_mv * (count_of(u[i] > below[0]) + count_of(u[i] > below[1]) + count_of(u[i] > below[2]));
    for (size_t i = 0; i < n; ++i) {
      if (u[i] <= below[3]) continue;
      size_t k = 4;
      while (u[i] > below[k]) ++k;
      psc[i] = p.weight_mv * static_cast<double>(k);
    }
  }

  void heterogeneous(eg::EncoderBlock& b) const {
    const auto u = b.random(kUniform), rate = b.param(kRate);
    const auto psc = b.state(kPsc);
    for (size_t i = 0, n = b.size(); i < n; ++i) {
      Distribution d(mean(rate[i], b.dt_ms()));
      while (u[i] > d.below) d.next();
      psc[i] = p.weight_mv * static_cast<double>(d.k);
    }
  }
};

}  // namespace core
