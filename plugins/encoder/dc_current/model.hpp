// A constant current, for a while; see dc_current.md.
#pragma once
#include "../common/current_port.hpp"

namespace core {

struct DcCurrent {
  static constexpr eg::Info info{"core.dc_current", "1.0.0", "constant current between two times"};

  struct Params {
    double amplitude_mv = 0, onset_ms = 0, duration_ms = 1e9;
    static constexpr auto fields =
        eg::list(eg::param("amplitude_mv", &Params::amplitude_mv, eg::range(-1000, 1000),
                           "current: the potential above rest it would settle at", eg::per_unit),
                 eg::param("onset_ms", &Params::onset_ms, eg::range(0, 1e12), "when it begins"),
                 eg::param("duration_ms", &Params::duration_ms, eg::range(0, 1e12), "how long it lasts"));
  } p;
  enum PerUnitParam { kAmplitude };

  static constexpr auto state = current_port::state;
  static constexpr auto outputs = current_port::outputs;

  explicit DcCurrent(const Params& params) : p(params) {}

  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    std::ranges::fill(b.state(current_port::kCurrent), Real{0});
  }

  // A step counts where its middle does, so that rounding of times does not matter.
  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    const double since = b.t_ms() + 0.5 * b.dt_ms() - p.onset_ms;
    const Real on = since >= 0 && since < p.duration_ms ? 1 : 0;
    const auto current = b.state(current_port::kCurrent);
    const eg::UnitParam<Real> amplitude(b, kAmplitude);
    eg::for_each_pack<Real>(b.size(), [=](auto at) EG_LOOP { at.store(current, at(amplitude) * on); });
  }
};

}  // namespace core
