// The hot loop of core.wilson_cowan: packs of eight units, then the rest one by one, with the same arithmetic.
#include "kernel.hpp"

#include <cmath>
#include <encephagen/sdk/math.hpp>

namespace wilson_cowan {
namespace {

template <class T>
EG_INLINE T fetch(const double* p) {
  if constexpr (sizeof(T) == sizeof(double))
    return *p;
  else
    return eg::load(p);
}
template <class T>
EG_INLINE void put(double* to, const T& v) {
  if constexpr (sizeof(T) == sizeof(double))
    *to = v;
  else
    eg::store(to, v);
}

// Per-unit parameters as they enter the formulas: uniform ones are worked out once per call, others once per pack.
template <class T>
struct Derived {
  T rate_e, rate_i;  // h / tau
  T w_ee, w_ei, w_ie, w_ii, threshold_e, threshold_i, p_e, p_i;
  T noise;  // sd sqrt(h)
};

template <class T>
EG_INLINE Derived<T> derive(const Columns& c, size_t k, double h, double root_h) {
  const auto at = [&](size_t which) __attribute__((always_inline)) { return fetch<T>(c.param[which] + k); };
  return {h / at(kTauE),
          h / at(kTauI),
          at(kWee),
          at(kWei),
          at(kWie),
          at(kWii),
          at(kThresholdE),
          at(kThresholdI),
          at(kPE),
          at(kPI),
          at(kNoiseSd) * root_h};
}

// Increments of e and i over a step, noise left out:
//   h/tau_e (-e + (1 - r_e e) S_e(w_ee e - w_ei i + P_e + coupling)),  h/tau_i (-i + (1 - r_i i) S_i(w_ie e - w_ii i +
//   P_i + kappa coupling))
template <class T>
EG_INLINE void drift(const Derived<T>& d, const Constants& c, const T& e, const T& i, const T& input_e,
                     const T& input_i, T& de, T& di) {
  const T x_e = d.w_ee * e - d.w_ei * i + input_e;
  const T x_i = d.w_ie * e - d.w_ii * i + input_i;
  T s_e = eg::logistic(T(c.slope_e * (x_e - d.threshold_e)));
  T s_i = eg::logistic(T(c.slope_i * (x_i - d.threshold_i)));
  if (c.is_offset) {
    s_e = s_e - eg::logistic(T(-c.slope_e * d.threshold_e));
    s_i = s_i - eg::logistic(T(-c.slope_i * d.threshold_i));
  }
  if (c.refractory_e != 0) s_e = (1.0 - c.refractory_e * e) * s_e;
  if (c.refractory_i != 0) s_i = (1.0 - c.refractory_i * i) * s_i;
  de = d.rate_e * (s_e - e);
  di = d.rate_i * (s_i - i);
}

template <class T>
EG_INLINE T clipped(const T& x) {
  const T zero = T{}, one = T{} + 1.0;
  const T above = x < zero ? zero : x;
  return above > one ? one : above;
}

template <class T>
EG_INLINE void advance_at(const Columns& c, const Constants& k, const Derived<T>& d, size_t at) {
  const T e = fetch<T>(c.e + at), i = fetch<T>(c.i + at), coupling = fetch<T>(c.coupling + at);
  const T input_e = coupling + fetch<T>(c.drive_e + at) + d.p_e;
  const T input_i = k.kappa_i * coupling + fetch<T>(c.drive_i + at) + d.p_i;
  const T noise_e = d.noise * fetch<T>(c.noise_e + at), noise_i = d.noise * fetch<T>(c.noise_i + at);
  T de, di;
  drift(d, k, e, i, input_e, input_i, de, di);
  if (k.is_heun) {  // predictor and corrector share the noise; the coupling is held over the step
    const T e1 = e + de + noise_e, i1 = i + di + noise_i;
    T de1, di1;
    drift(d, k, e1, i1, input_e, input_i, de1, di1);
    de = 0.5 * (de + de1);
    di = 0.5 * (di + di1);
  }
  T e_new = e + de + noise_e, i_new = i + di + noise_i;
  if (k.is_clipped) e_new = clipped(e_new), i_new = clipped(i_new);
  put(c.e + at, e_new);
  put(c.i + at, i_new);
}

template <class T>
EG_INLINE Derived<T> widen(const Derived<double>& d) {
  const T zero{};
  return {zero + d.rate_e,      zero + d.rate_i,      zero + d.w_ee, zero + d.w_ei, zero + d.w_ie, zero + d.w_ii,
          zero + d.threshold_e, zero + d.threshold_i, zero + d.p_e,  zero + d.p_i,  zero + d.noise};
}

}  // namespace

EG_MULTIVERSION void advance(const Columns& c, const Constants& constants) {
  const Constants k = constants;  // a copy the stores below cannot touch
  const double root_h = std::sqrt(k.h_ms);
  size_t at = 0;
  if (c.is_uniform && c.n > 0) {
    const Derived<double> one = derive<double>(c, 0, k.h_ms, root_h);
    const auto all = widen<eg::Pack>(one);
    for (; at + eg::pack_size <= c.n; at += eg::pack_size) advance_at<eg::Pack>(c, k, all, at);
    for (; at < c.n; ++at) advance_at<double>(c, k, one, at);
    return;
  }
  for (; at + eg::pack_size <= c.n; at += eg::pack_size)
    advance_at<eg::Pack>(c, k, derive<eg::Pack>(c, at, k.h_ms, root_h), at);
  for (; at < c.n; ++at) advance_at<double>(c, k, derive<double>(c, at, k.h_ms, root_h), at);
}

void advance_reference(const Columns& c, const Constants& k) {
  for (size_t at = 0; at < c.n; ++at) advance_at<double>(c, k, derive<double>(c, at, k.h_ms, std::sqrt(k.h_ms)), at);
}

}  // namespace wilson_cowan
