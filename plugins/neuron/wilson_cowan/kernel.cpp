// The hot loop of core.wilson_cowan: packs of eight units, then the rest one by one, with the same arithmetic.
#include "kernel.hpp"

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
  T w_ee, w_ei, w_ie, w_ii, slope_e, slope_i, threshold_e, threshold_i;
  T offset_e, offset_i;  // S(0) where it is subtracted, else 0
  T p_e, p_i;
  T noise_e, noise_i;  // sd sqrt(h)
};

template <class T>
EG_INLINE Derived<T> derive(const Columns& c, const Constants& k, size_t at) {
  const auto of = [&](size_t which) __attribute__((always_inline)) { return fetch<T>(c.param[which] + at); };
  Derived<T> d;
  d.rate_e = k.h_ms / of(kTauE), d.rate_i = k.h_ms / of(kTauI);
  d.w_ee = of(kWee), d.w_ei = of(kWei), d.w_ie = of(kWie), d.w_ii = of(kWii);
  d.slope_e = of(kSlopeE), d.slope_i = of(kSlopeI), d.threshold_e = of(kThresholdE), d.threshold_i = of(kThresholdI);
  d.offset_e = d.offset_i = T{};
  if (k.is_offset) {
    d.offset_e = eg::logistic(T(-d.slope_e * d.threshold_e));
    d.offset_i = eg::logistic(T(-d.slope_i * d.threshold_i));
  }
  d.p_e = of(kPE), d.p_i = of(kPI);
  d.noise_e = of(kNoiseSd) * eg::sqrt(k.h_ms);
  d.noise_i = d.noise_e * k.noise_ratio_i;
  return d;
}

// Increments of e and i over a step, noise left out:
//   h/tau_e (-e + (1 - r_e e) S_e(w_ee e - w_ei i + input_e)),  h/tau_i (-i + (1 - r_i i) S_i(w_ie e - w_ii i +
//   input_i))
template <class T>
EG_INLINE void drift(const Derived<T>& d, const Constants& k, const T& e, const T& i, const T& input_e,
                     const T& input_i, T& de, T& di) {
  const T x_e = d.slope_e * (((d.w_ee * e - d.w_ei * i) + input_e) - d.threshold_e);
  const T x_i = d.slope_i * (((d.w_ie * e - d.w_ii * i) + input_i) - d.threshold_i);
  const T s_e = (1.0 - k.refractory_e * e) * (eg::logistic(x_e) - d.offset_e);
  const T s_i = (1.0 - k.refractory_i * i) * (eg::logistic(x_i) - d.offset_i);
  de = d.rate_e * (s_e - e);
  di = d.rate_i * (s_i - i);
}

template <class T>
EG_INLINE T clipped(const T& x) {
  const T zero = T{}, one = T{} + 1.0;
  return x < zero ? zero : (x > one ? one : x);
}

template <class T>
EG_INLINE void advance_at(const Columns& c, const Constants& k, const Derived<T>& d, size_t at) {
  const T e = fetch<T>(c.e + at), i = fetch<T>(c.i + at), coupling = fetch<T>(c.coupling + at);
  const T input_e = (coupling + fetch<T>(c.drive_e + at)) + d.p_e;
  const T input_i = (k.kappa_i * coupling + fetch<T>(c.drive_i + at)) + d.p_i;
  const T noise_e = d.noise_e * fetch<T>(c.noise_e + at), noise_i = d.noise_i * fetch<T>(c.noise_i + at);
  T de, di;
  drift(d, k, e, i, input_e, input_i, de, di);
  if (k.is_heun) {  // predictor and corrector share the noise; the inputs are held over the step
    T e1 = (e + de) + noise_e, i1 = (i + di) + noise_i, de1, di1;
    if (k.is_clipped) e1 = clipped(e1), i1 = clipped(i1);
    drift(d, k, e1, i1, input_e, input_i, de1, di1);
    de = 0.5 * (de + de1);
    di = 0.5 * (di + di1);
  }
  T e_new = (e + de) + noise_e, i_new = (i + di) + noise_i;
  if (k.is_clipped) e_new = clipped(e_new), i_new = clipped(i_new);
  put(c.e + at, e_new);
  put(c.i + at, i_new);
}

EG_INLINE Derived<eg::Pack> widen(const Derived<double>& d) {
  const eg::Pack zero{};
  return {zero + d.rate_e,      zero + d.rate_i,      zero + d.w_ee,     zero + d.w_ei,
          zero + d.w_ie,        zero + d.w_ii,        zero + d.slope_e,  zero + d.slope_i,
          zero + d.threshold_e, zero + d.threshold_i, zero + d.offset_e, zero + d.offset_i,
          zero + d.p_e,         zero + d.p_i,         zero + d.noise_e,  zero + d.noise_i};
}

}  // namespace

EG_MULTIVERSION void advance(const Columns& columns, const Constants& constants) {
  // Copies that the stores below cannot touch.
  const Columns c = columns;
  const Constants k = constants;
  size_t at = 0;
  if (c.is_uniform && c.n > 0) {
    const Derived<double> one = derive<double>(c, k, 0);
    const Derived<eg::Pack> all = widen(one);
    for (; at + eg::pack_size <= c.n; at += eg::pack_size) advance_at<eg::Pack>(c, k, all, at);
    for (; at < c.n; ++at) advance_at<double>(c, k, one, at);
    return;
  }
  for (; at + eg::pack_size <= c.n; at += eg::pack_size) advance_at<eg::Pack>(c, k, derive<eg::Pack>(c, k, at), at);
  for (; at < c.n; ++at) advance_at<double>(c, k, derive<double>(c, k, at), at);
}

void advance_reference(const Columns& c, const Constants& k) {
  for (size_t at = 0; at < c.n; ++at) advance_at<double>(c, k, derive<double>(c, k, at), at);
}

}  // namespace wilson_cowan
