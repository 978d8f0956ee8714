// Independent Poisson spike trains into every unit an encoder feeds; equations in poisson.md.
#pragma once
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>

#include "../common/poisson_port.hpp"

namespace core {

struct Poisson {
  static constexpr eg::Info info{"core.poisson", "1.1.0", "independent Poisson spikes into every unit"};

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
  enum PerUnitParam { kRateParam };

  static constexpr auto state = poisson_port::state(EG_STATE_SET_BY_INIT);
  static constexpr auto outputs = poisson_port::outputs;
  static constexpr auto random = poisson_port::random;

  explicit Poisson(const Params& params) : p(params) {
    if (p.threshold_ratio > 0 && p.weight_mv <= 0)
      throw std::invalid_argument("threshold_ratio needs a positive weight_mv: a negative one never reaches threshold");
  }

  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    const auto given = b.param(kRateParam);
    const auto rate = b.state(poisson_port::kRate);
    for (size_t i = 0; i < b.size(); ++i) {
      if (p.threshold_ratio > 0 && given[i] != static_cast<Real>(Params{}.rate_hz))
        throw std::invalid_argument("rate_hz and threshold_ratio are both given: give one of them");
      rate[i] = static_cast<Real>(p.threshold_ratio > 0 ? scaled_rate_hz() : given[i]);
    }
    std::ranges::fill(b.state(poisson_port::kPsc), Real{0});
  }

  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    poisson_port::add_spikes(b, p.weight_mv);
  }

  double scaled_rate_hz() const { return 1e3 * p.threshold_mv * p.threshold_ratio / (p.weight_mv * p.tau_m_ms); }
};

}  // namespace core
