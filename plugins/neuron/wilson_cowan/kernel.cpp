// The hot loop of core.wilson_cowan: four packs of units side by side, then the rest, with the same arithmetic.
#include "kernel.hpp"

#include <encephagen/sdk/math.hpp>

namespace wilson_cowan {
namespace {

// Per-unit parameters as they enter the formulas: uniform ones are worked out once per call, others once per pack.
template <class T>
struct Derived {
  T rate_e, rate_i;  // h / tau
  T w_ee, w_ei, w_ie, w_ii, threshold_e, threshold_i;
  T offset_e, offset_i;  // S(0) where it is subtracted, else 0
  T p_e, p_i;
  T noise;  // sd sqrt(h)
};

template <class T>
EG_INLINE void derive(const Columns& c, const Constants& k, size_t at, Derived<T>& d) {
  const auto of = [&](size_t which) __attribute__((always_inline)) { return eg::load<T>(c.param[which] + at); };
  d.rate_e = k.h_ms / of(kTauE), d.rate_i = k.h_ms / of(kTauI);
  d.w_ee = of(kWee), d.w_ei = of(kWei), d.w_ie = of(kWie), d.w_ii = of(kWii);
  d.threshold_e = of(kThresholdE), d.threshold_i = of(kThresholdI);
  d.offset_e = d.offset_i = T{};
  if (k.is_offset) {
    d.offset_e = eg::logistic(T(-k.slope_e * d.threshold_e));
    d.offset_i = eg::logistic(T(-k.slope_i * d.threshold_i));
  }
  d.p_e = of(kPE), d.p_i = of(kPI);
  d.noise = of(kNoiseSd) * eg::sqrt(k.h_ms);
}

// Increments of e and i over a step, noise left out:
//   h/tau_e (-e + (1 - r_e e) S_e(w_ee e - w_ei i + input_e)),  h/tau_i (-i + (1 - r_i i) S_i(w_ie e - w_ii i +
//   input_i))
// For N packs side by side. is_plain: r and S(0) are 0, and the result is the same to the last bit.
template <bool is_plain, class T, size_t N>
EG_INLINE void drift(const Derived<T> (&d)[N], const Constants& k, const T (&e)[N], const T (&i)[N],
                     const T (&input_e)[N], const T (&input_i)[N], T (&de)[N], T (&di)[N]) {
  T x[2 * N], s[2 * N];
  for (size_t n = 0; n < N; ++n) {
    x[n] = k.slope_e * (((d[n].w_ee * e[n] - d[n].w_ei * i[n]) + input_e[n]) - d[n].threshold_e);
    x[N + n] = k.slope_i * (((d[n].w_ie * e[n] - d[n].w_ii * i[n]) + input_i[n]) - d[n].threshold_i);
  }
  eg::logistic(x, s);
  if constexpr (is_plain) {
    for (size_t n = 0; n < N; ++n) de[n] = d[n].rate_e * (s[n] - e[n]), di[n] = d[n].rate_i * (s[N + n] - i[n]);
    return;
  }
  for (size_t n = 0; n < N; ++n) {
    de[n] = d[n].rate_e * ((1.0 - k.refractory_e * e[n]) * (s[n] - d[n].offset_e) - e[n]);
    di[n] = d[n].rate_i * ((1.0 - k.refractory_i * i[n]) * (s[N + n] - d[n].offset_i) - i[n]);
  }
}

template <class T>
EG_INLINE T clipped(const T& x) {
  return eg::at_most(eg::at_least(x, 0.0), 1.0);
}

template <bool is_plain, class T, size_t N>
EG_INLINE void advance_at(const Columns& c, const Constants& k, const Derived<T> (&d)[N], size_t first) {
  T e[N], i[N], input_e[N], input_i[N], noise_e[N], noise_i[N], de[N], di[N];
  for (size_t n = 0; n < N; ++n) {
    const size_t at = first + n * eg::lanes_of<T>;
    const T coupling = eg::load<T>(c.coupling + at);
    e[n] = eg::load<T>(c.e + at);
    i[n] = eg::load<T>(c.i + at);
    input_e[n] = (coupling + eg::load<T>(c.drive_e + at)) + d[n].p_e;
    input_i[n] = (k.kappa_i * coupling + eg::load<T>(c.drive_i + at)) + d[n].p_i;
    noise_e[n] = d[n].noise * eg::load<T>(c.noise_e + at);
    noise_i[n] = d[n].noise * eg::load<T>(c.noise_i + at);
  }
  drift<is_plain>(d, k, e, i, input_e, input_i, de, di);
  if (k.is_heun) {  // predictor and corrector share the noise; the coupling is held over the step
    T e1[N], i1[N], de1[N], di1[N];
    for (size_t n = 0; n < N; ++n) e1[n] = (e[n] + de[n]) + noise_e[n], i1[n] = (i[n] + di[n]) + noise_i[n];
    drift<is_plain>(d, k, e1, i1, input_e, input_i, de1, di1);
    for (size_t n = 0; n < N; ++n) de[n] = 0.5 * (de[n] + de1[n]), di[n] = 0.5 * (di[n] + di1[n]);
  }
  for (size_t n = 0; n < N; ++n) {
    T e_new = (e[n] + de[n]) + noise_e[n], i_new = (i[n] + di[n]) + noise_i[n];
    if (k.is_clipped) e_new = clipped(e_new), i_new = clipped(i_new);
    eg::store(c.e + first + n * eg::lanes_of<T>, e_new);
    eg::store(c.i + first + n * eg::lanes_of<T>, i_new);
  }
}

template <class T>
EG_INLINE Derived<T> widen(const Derived<double>& d) {
  const T zero{};
  return {zero + d.rate_e, zero + d.rate_i,      zero + d.w_ee,        zero + d.w_ei,     zero + d.w_ie,
          zero + d.w_ii,   zero + d.threshold_e, zero + d.threshold_i, zero + d.offset_e, zero + d.offset_i,
          zero + d.p_e,    zero + d.p_i,         zero + d.noise};
}

// Advances units from `at` on while N packs are left. `uniform` holds the parameters if all units share them.
template <bool is_plain, class T, size_t N>
EG_INLINE void advance_while(const Columns& c, const Constants& k, const Derived<double>& uniform, size_t& at) {
  constexpr size_t lanes = eg::lanes_of<T>;
  Derived<T> d[N];
  if (c.is_uniform) {
    for (size_t n = 0; n < N; ++n) d[n] = widen<T>(uniform);
    for (; at + N * lanes <= c.n; at += N * lanes) advance_at<is_plain>(c, k, d, at);
  } else {
    for (; at + N * lanes <= c.n; at += N * lanes) {
      for (size_t n = 0; n < N; ++n) derive(c, k, at + n * lanes, d[n]);
      advance_at<is_plain>(c, k, d, at);
    }
  }
}

template <bool is_plain, class T>
EG_INLINE void advance_all(const Columns& c, const Constants& k) {
  Derived<double> uniform{};
  if (c.is_uniform && c.n > 0) derive(c, k, 0, uniform);
  size_t at = 0;
  if (c.is_uniform) advance_while<is_plain, T, 4>(c, k, uniform, at);
  advance_while<is_plain, T, 2>(c, k, uniform, at);
  advance_while<is_plain, T, 1>(c, k, uniform, at);
  if constexpr (eg::lanes_of < T >> 4) advance_while<is_plain, eg::Pack<4>, 1>(c, k, uniform, at);
  if constexpr (eg::lanes_of < T >> 2) advance_while<is_plain, eg::Pack<2>, 1>(c, k, uniform, at);
  advance_while<is_plain, double, 1>(c, k, uniform, at);
}

template <class T>
EG_INLINE void advance_of(const Columns& columns, const Constants& constants) {
  // Copies that the stores below cannot touch.
  const Columns c = columns;
  const Constants k = constants;
  if (k.refractory_e == 0 && k.refractory_i == 0 && !k.is_offset)
    advance_all<true, T>(c, k);
  else
    advance_all<false, T>(c, k);
}

}  // namespace

EG_DISPATCH(advance, (const Columns& columns, const Constants& constants), (columns, constants))

void advance_reference(const Columns& c, const Constants& k) {
  for (size_t at = 0; at < c.n; ++at) {
    Derived<double> one[1];
    derive(c, k, at, one[0]);
    advance_at<false>(c, k, one, at);
  }
}

}  // namespace wilson_cowan
