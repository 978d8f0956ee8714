// Columns of an encoder that turns a rate into spikes: the kernel draws the number of spikes of a step from the state
// column that holds the rate at its start.
#pragma once
#include <encephagen/sdk/encoder.hpp>
#include <encephagen/sdk/packs.hpp>

namespace core::poisson_port {

enum State { kPsc, kRate };
// `rate_lasts`: EG_STATE_SET_BY_INIT for rates that stay.
constexpr auto state(uint32_t rate_lasts) {
  return eg::list(
      eg::Column{"psc_mv", "what the spikes of this step add", -eg::infinity, eg::infinity, EG_STATE_ADDED_TO},
      eg::Column{"rate_now_hz", "spikes per second into a unit, as drawn next", 0, eg::infinity, rate_lasts});
}
inline constexpr auto outputs =
    eg::list(eg::Output{"psc_mv", kPsc, "what the spikes of this step add", EG_ACCEPTS_SPIKES});
enum Random { kCount };
inline constexpr auto random =
    eg::list(eg::RandomColumn{"count", EG_RANDOM_POISSON, "number of spikes of this step", "rate_now_hz"});

template <class Real>
void add_spikes(eg::EncoderBlockOf<Real>& b, double weight_mv) {
  const auto psc = b.state(kPsc);
  const auto count = b.random(kCount);
  const auto weight = static_cast<Real>(weight_mv);
  eg::for_each_pack<Real>(b.size(), [=](auto at) EG_LOOP { at.store(psc, at(psc) + at(count) * weight); });
}

}  // namespace core::poisson_port
