// White noise as a current; the scaling is derived in noise_current.md.
#pragma once
#include "../common/current_port.hpp"

namespace core {

struct NoiseCurrent {
  static constexpr eg::Info info{"core.noise_current", "1.0.0", "white noise as a current into every unit"};

  struct Params {
    double mean_mv = 0, sigma_mv = 1, tau_m_ms = 20;
    static constexpr auto fields = eg::list(
        eg::param("mean_mv", &Params::mean_mv, eg::range(-1000, 1000),
                  "mean of the current: the potential above rest it would settle at", eg::per_unit),
        eg::param("sigma_mv", &Params::sigma_mv, eg::range(0, 1000),
                  "intensity of the noise: the potential without threshold has variance sigma^2 / 2", eg::per_unit),
        eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.01, 10000),
                  "membrane time constant of the units that are fed"));
  } p;
  enum PerUnitParam { kMean, kSigma };

  static constexpr auto state = current_port::state;
  static constexpr auto outputs = current_port::outputs;
  enum Random { kNormal };
  static constexpr auto random = eg::list(eg::RandomColumn{"noise", EG_RANDOM_NORMAL, "noise of the step"});

  explicit NoiseCurrent(const Params& params) : p(params) {}

  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    std::ranges::copy(b.param(kMean), b.state(current_port::kCurrent).begin());
  }

  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    const auto scale = static_cast<Real>(sd_per_sigma(b.dt_ms()));
    const auto current = b.state(current_port::kCurrent);
    const auto normal = b.random(kNormal);
    const eg::UnitParam<Real> mean(b, kMean), sigma(b, kSigma);
    eg::for_each_pack<Real>(b.size(),
                            [=](auto at) EG_LOOP { at.store(current, at(mean) + at(sigma) * scale * at(normal)); });
  }

  // Standard deviation of a current held for dt_ms, per sigma.
  double sd_per_sigma(double dt_ms) const {
    const double leak = eg::exp(-dt_ms / p.tau_m_ms);
    return eg::sqrt(0.5 * (1 + leak) / (1 - leak));
  }
};

}  // namespace core
