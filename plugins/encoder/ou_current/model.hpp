// An Ornstein-Uhlenbeck process as a current; equations in ou_current.md.
#pragma once
#include "../common/current_port.hpp"

namespace core {

struct OuCurrent {
  static constexpr eg::Info info{"core.ou_current", "1.0.0", "Ornstein-Uhlenbeck noise as a current into every unit"};

  struct Params {
    double mean_mv = 0, sd_mv = 1, tau_ms = 5;
    static constexpr auto fields = eg::list(
        eg::param("mean_mv", &Params::mean_mv, eg::range(-1000, 1000),
                  "mean of the current: the potential above rest it would settle at", eg::per_unit),
        eg::param("sd_mv", &Params::sd_mv, eg::range(0, 1000), "standard deviation of the current", eg::per_unit),
        eg::param("tau_ms", &Params::tau_ms, eg::range(0.01, 1e6), "correlation time of the current"));
  } p;
  enum PerUnitParam { kMean, kSd };

  static constexpr auto state = current_port::state;
  static constexpr auto outputs = current_port::outputs;
  enum Random { kNormal, kInitial };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"noise", EG_RANDOM_NORMAL, "noise of the step"},
               eg::RandomColumn{"initial_current", EG_RANDOM_NORMAL, "first current, in standard deviations"});

  explicit OuCurrent(const Params& params) : p(params) {}

  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    const auto current = b.state(current_port::kCurrent);
    const auto normal = b.random(kInitial);
    const eg::UnitParam<Real> mean(b, kMean), sd(b, kSd);
    eg::for_each_pack<Real>(b.size(), [=](auto at) EG_LOOP { at.store(current, at(mean) + at(sd) * at(normal)); });
  }

  // Exact in distribution for any step.
  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    const double decay = eg::exp(-b.dt_ms() / p.tau_ms);
    const auto keep = static_cast<Real>(decay), add = static_cast<Real>(eg::sqrt(1 - decay * decay));
    const auto current = b.state(current_port::kCurrent);
    const auto normal = b.random(kNormal);
    const eg::UnitParam<Real> mean(b, kMean), sd(b, kSd);
    eg::for_each_pack<Real>(b.size(), [=](auto at) EG_LOOP {
      at.store(current, at(mean) + (at(current) - at(mean)) * keep + at(sd) * add * at(normal));
    });
  }
};

}  // namespace core
