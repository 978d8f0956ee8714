// What all integrate-and-fire neurons share: parameters of the membrane, the refractory count, the threshold.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/neuron.hpp>
#include <stdexcept>

#include "packs.hpp"
#include "text.hpp"

namespace core {

// Base of a model's Params; its fields come first, so that the per-unit ones have these numbers.
struct Membrane {
  double tau_m_ms = 20, threshold_mv = 20, reset_mv = 0, t_ref_ms = 2, drive_mv = 0;
  static constexpr auto membrane_fields = eg::list(
      eg::param("tau_m_ms", &Membrane::tau_m_ms, eg::range(0.01, 10000), "membrane time constant", eg::per_unit),
      eg::param("threshold_mv", &Membrane::threshold_mv, eg::range(-1000, 1000), "spike threshold above rest",
                eg::per_unit),
      eg::param("reset_mv", &Membrane::reset_mv, eg::range(-1000, 1000), "potential above rest after a spike"),
      eg::param("t_ref_ms", &Membrane::t_ref_ms, eg::range(0, 1000), "refractory period, a whole number of steps"),
      eg::param("drive_mv", &Membrane::drive_mv, eg::range(-1000, 1000),
                "constant drive: the potential above rest it would settle at", eg::per_unit));
};
enum MembraneParam { kTauM, kThreshold, kDriveParam, kAfterMembrane };

// A state that init works out once for all steps.
constexpr eg::Column constant_column(const char* name, const char* doc) {
  return {name, doc, 0, eg::infinity, EG_STATE_SET_BY_INIT};
}

// Refuses a refractory period that is not a whole number of steps.
inline void check_refractory(double t_ref_ms, double dt_ms) {
  const double steps = t_ref_ms / dt_ms;
  if (std::abs(steps - std::round(steps)) > 1e-6)
    throw std::invalid_argument("t_ref_ms = " + text(t_ref_ms) + " is not a whole number of steps of " + text(dt_ms) +
                                " ms: change it or dt_ms");
}

template <class Real>
void check_thresholds(std::span<const Real> threshold, double reset_mv) {
  for (const Real t : threshold)
    if (!(t > static_cast<Real>(reset_mv)))
      throw std::invalid_argument("threshold_mv = " + text(t) + " is not above reset_mv = " + text(reset_mv) +
                                  ": a unit would fire for ever");
}

// Steps of rest that remain, one less.
template <class Real, class T>
EG_INLINE T one_less(const T& steps) {
  const T rest = steps - Real{1}, zero{};
  return rest > zero ? rest : zero;
}

// What follows a spike of a unit: its potential is reset and rests for some steps.
template <class Real>
auto resetting(std::span<Real> v, std::span<Real> refractory, double reset_mv, double steps) {
  return [=, reset = static_cast<Real>(reset_mv), rest = static_cast<Real>(steps)](size_t i) {
    v[i] = reset;
    refractory[i] = rest;
  };
}

}  // namespace core
