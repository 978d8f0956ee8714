// A current that is drawn anew between two bounds in every step, for every unit.
#pragma once
#include "../common/current_port.hpp"

namespace core {

struct UniformCurrent {
  static constexpr eg::Info info{"core.uniform_current", "1.0.0",
                                 "a current drawn from a uniform distribution for every unit in every step"};

  struct Params {
    double low_mv = -1, high_mv = 1;
    static constexpr auto fields =
        eg::list(eg::param("low_mv", &Params::low_mv, eg::range(-1e6, 1e6),
                           "lowest current, in the unit of the port that is fed", eg::per_unit),
                 eg::param("high_mv", &Params::high_mv, eg::range(-1e6, 1e6), "highest current", eg::per_unit));
  } p;
  enum PerUnitParam { kLow, kHigh };

  static constexpr auto state = current_port::state;
  static constexpr auto outputs = current_port::outputs;
  enum Random { kUniform };
  static constexpr auto random = eg::list(eg::RandomColumn{"uniform", EG_RANDOM_UNIFORM, "where between the bounds"});

  explicit UniformCurrent(const Params& params) : p(params) {}

  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    for (size_t i = 0; i < b.size(); ++i)
      b.state(current_port::kCurrent)[i] = (b.param(kLow)[i] + b.param(kHigh)[i]) / 2;
  }

  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    const auto current = b.state(current_port::kCurrent);
    const auto uniform = b.random(kUniform);
    const eg::UnitParam<Real> low(b, kLow), high(b, kHigh);
    eg::for_each_pack<Real>(b.size(),
                            [=](auto at) EG_LOOP { at.store(current, at(low) + (at(high) - at(low)) * at(uniform)); });
  }
};

}  // namespace core
