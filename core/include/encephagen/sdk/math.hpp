// Elementary functions that give the same bits on every instruction set, for one number or for packs of them.
// They are made of IEEE additions, multiplications, divisions, square roots and bit operations in a fixed order. With
// -ffp-contract=off (which encephagen_add_plugin sets) a pack holds exactly what its numbers would give one by one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#define EG_INLINE __attribute__((always_inline)) inline

// EG_DISPATCH(f, (int n, double* x), (n, x)) defines `void f(int n, double* x)`, which calls the EG_INLINE template
// f_of<T>(n, x) with T the widest pack of doubles the processor has registers for. The environment variable
// ENCEPHAGEN_LANES (2, 4 or 8) sets a narrower one: results are the same, tests say so.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define EG_DISPATCH(f, params, args)                                                        \
  __attribute__((target("arch=x86-64-v4"))) void f##_8 params { f##_of<eg::Pack<8>> args; } \
  __attribute__((target("arch=x86-64-v3"))) void f##_4 params { f##_of<eg::Pack<4>> args; } \
  void f params {                                                                           \
    if (eg::lanes() == 8)                                                                   \
      f##_8 args;                                                                           \
    else if (eg::lanes() == 4)                                                              \
      f##_4 args;                                                                           \
    else                                                                                    \
      f##_of<eg::Pack<2>> args;                                                             \
  }
#else
#define EG_DISPATCH(f, params, args) \
  void f params { f##_of<eg::Pack<2>> args; }  // NOLINT(bugprone-macro-parentheses): a list of parameters
#endif

// Packs never cross a call, everything below is inlined; the warning would come up in whatever file uses them.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace eg {

namespace detail {

template <size_t n>
struct Lanes {
  typedef double Doubles __attribute__((vector_size(8 * n)));
  typedef uint64_t Words __attribute__((vector_size(8 * n)));
};
template <class T>
struct WordsOf {
  typedef typename Lanes<sizeof(T) / 8>::Words type;
};
template <>
struct WordsOf<double> {
  typedef uint64_t type;
};

}  // namespace detail

// n doubles, n unsigned 64-bit words; arithmetic works lane by lane. Below, T is a double or a pack of them.
template <size_t n>
using Pack = typename detail::Lanes<n>::Doubles;
template <class T>
using Words = typename detail::WordsOf<T>::type;
template <class T>
inline constexpr size_t lanes_of = sizeof(T) / 8;

// The width of pack that EG_DISPATCH uses.
inline size_t lanes() {
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
  static const size_t value = [] {
    const size_t best = __builtin_cpu_supports("x86-64-v4") ? 8 : __builtin_cpu_supports("x86-64-v3") ? 4 : 2;
    const char* wish = std::getenv("ENCEPHAGEN_LANES");
    const size_t wished = wish ? static_cast<size_t>(std::atoi(wish)) : best;
    return wished < best && (wished == 2 || wished == 4) ? wished : best;
  }();
  return value;
#else
  return 2;
#endif
}

// T from memory and back; no alignment needed.
template <class T>
EG_INLINE T load(const double* from) {
  T x;
  std::memcpy(&x, from, sizeof x);
  return x;
}
template <class T>
EG_INLINE Words<T> load_words(const uint64_t* from) {
  Words<T> x;
  std::memcpy(&x, from, sizeof x);
  return x;
}
template <class T>
EG_INLINE void store(double* to, const T& x) {
  std::memcpy(to, &x, sizeof x);
}

template <class T>
EG_INLINE Words<T> bits(const T& x) {
  return __builtin_bit_cast(Words<T>, x);
}
template <class T>
EG_INLINE T from_bits(const Words<T>& x) {
  return __builtin_bit_cast(T, x);
}

// Whether any bit of any lane is set.
EG_INLINE bool any_bit(uint64_t w) { return w != 0; }
template <class W>
EG_INLINE bool any_bit(const W& w) {
  if constexpr (sizeof(W) == 64) {
    return any_bit(__builtin_shufflevector(w, w, 0, 1, 2, 3) | __builtin_shufflevector(w, w, 4, 5, 6, 7));
  } else if constexpr (sizeof(W) == 32) {
    return any_bit(__builtin_shufflevector(w, w, 0, 1) | __builtin_shufflevector(w, w, 2, 3));
  } else {
    return (w[0] | w[1]) != 0;
  }
}

// The larger of x and low, the smaller of x and high; NaN stays NaN. For wide packs GCC 12 compares, then chooses:
// hence the instructions by name.
template <class T>
EG_INLINE T at_least(const T& x, double low) {
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
  if constexpr (sizeof(T) >= 32) {
    const T bound = T{} + low;
    T out;
    __asm__("vmaxpd %2, %1, %0" : "=v"(out) : "v"(bound), "v"(x));
    return out;
  }
#endif
  const T bound = T{} + low;
  return x < bound ? bound : x;
}
template <class T>
EG_INLINE T at_most(const T& x, double high) {
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
  if constexpr (sizeof(T) >= 32) {
    const T bound = T{} + high;
    T out;
    __asm__("vminpd %2, %1, %0" : "=v"(out) : "v"(bound), "v"(x));
    return out;
  }
#endif
  const T bound = T{} + high;
  return x > bound ? bound : x;
}

namespace detail {

// Added to a number below 2^51 in size, it leaves the nearest integer in the low bits of the sum.
inline constexpr double round_magic = 0x1.8p52;
inline constexpr uint64_t round_magic_bits = 0x4338000000000000;

// ln 2 in two parts; multiples of the first by whole numbers below 2^20 are exact.
inline constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

// e^x for -708 <= x <= 709.78: x = n ln 2 + r with |r| <= ln 2 / 2 (Cody & Waite 1980), e^r = 1 + r + r^2 Q(r) with the
// Q of degree 9 whose largest relative error is least (2^-57.9). Terms are paired (Estrin) to keep the chain short. N
// values go side by side, because one chain leaves most of a processor waiting.
template <class T, size_t N>
EG_INLINE void exp_in_range(const T (&x)[N], T (&y)[N]) {
  T shifted[N], r[N], r2[N], low[N], high[N];
  for (size_t k = 0; k < N; ++k) shifted[k] = x[k] * 1.4426950408889634074 + round_magic;
  for (size_t k = 0; k < N; ++k) r[k] = shifted[k] - round_magic;
  for (size_t k = 0; k < N; ++k) r[k] = (x[k] - r[k] * ln2_high) - r[k] * ln2_low;
  for (size_t k = 0; k < N; ++k) r2[k] = r[k] * r[k];
  for (size_t k = 0; k < N; ++k)
    low[k] = (r[k] * 0x1.55555555554fap-3 + 0x1.000000000000ap-1) +
             (r[k] * 0x1.1111111127ba0p-7 + 0x1.555555555088cp-5) * r2[k];
  for (size_t k = 0; k < N; ++k)
    high[k] = (r[k] * 0x1.a01a012a67b2dp-13 + 0x1.6c16c18426726p-10) +
              (r[k] * 0x1.71df253f352b5p-19 + 0x1.a0199a16da02bp-16) * r2[k];
  for (size_t k = 0; k < N; ++k) {
    const T r4 = r2[k] * r2[k];
    high[k] = r4 * (high[k] + (r[k] * 0x1.ad7f725728c32p-26 + 0x1.28ad68a66498cp-22) * r4);
  }
  for (size_t k = 0; k < N; ++k) y[k] = 1.0 + (r[k] + r2[k] * (low[k] + high[k]));
  // n goes straight into the exponent.
  for (size_t k = 0; k < N; ++k) y[k] = from_bits<T>(bits(y[k]) + (bits(shifted[k]) << 52));
}
template <class T>
EG_INLINE T exp_in_range(const T& x) {
  const T from[1] = {x};
  T to[1];
  exp_in_range(from, to);
  return to[0];
}

}  // namespace detail

// e^x, within 1.1 units in the last place. 0 below -708 (no subnormal results), infinity above 709.78; NaN stays NaN.
template <class T>
EG_INLINE T exp(const T& x) {
  const T low = T{} - 708.0, high = T{} + 709.78, infinite = T{} + __builtin_inf();
  const T clamped = at_most(at_least(x, -708.0), 709.78);
  const T y = detail::exp_in_range(clamped);
  return x < low ? T{} : (x > high ? infinite : y);
}

// N at once, which is faster.
template <class T, size_t N>
EG_INLINE void exp(const T (&x)[N], T (&y)[N]) {
  const T low = T{} - 708.0, high = T{} + 709.78, infinite = T{} + __builtin_inf();
  T clamped[N], inside[N];
  for (size_t k = 0; k < N; ++k) clamped[k] = at_most(at_least(x[k], -708.0), 709.78);
  detail::exp_in_range(clamped, inside);
  for (size_t k = 0; k < N; ++k) y[k] = x[k] < low ? T{} : (x[k] > high ? infinite : inside[k]);
}

// 1 / (1 + e^-x), within 2.5 units in the last place for |x| <= 708; beyond that it stays at 3e-308 and 1. NaN stays
// NaN. The first form does N at once and is the faster one.
template <class T, size_t N>
EG_INLINE void logistic(const T (&x)[N], T (&y)[N]) {
  for (size_t k = 0; k < N; ++k) y[k] = -at_most(at_least(x[k], -708.0), 708.0);
  detail::exp_in_range(y, y);
  for (size_t k = 0; k < N; ++k) y[k] = 1.0 / (1.0 + y[k]);
}
template <class T>
EG_INLINE T logistic(const T& x) {
  const T from[1] = {x};
  T to[1];
  logistic(from, to);
  return to[0];
}

// Natural logarithm of a finite positive number that is not subnormal, within 1 unit in the last place.
// x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f): log m = f - f^2/2 + s (f^2/2 + R(s^2)), the
// form of fdlibm (Sun Microsystems 1993), with the R whose largest relative error is least (2^-59.5).
template <class T>
EG_INLINE T log_positive(const T& x) {
  using W = Words<T>;
  const W b = bits(x);
  const W k = (b + (uint64_t{1024} << 52) - uint64_t{0x3FE6A09E667F3BCD}) >> 52;  // 1024 too large: never negative
  const T m = from_bits<T>(b - ((k - uint64_t{1024}) << 52));
  const T e = from_bits<T>(k + detail::round_magic_bits) - (detail::round_magic + 1024.0);
  const T f = m - 1.0;
  const T s = f / (2.0 + f);
  const T z = s * s, z2 = z * z;
  const T r01 = z * 0x1.999999997fdb9p-2 + 0x1.5555555555592p-1;
  const T r23 = z * 0x1.c71c520965620p-3 + 0x1.24924941f1180p-2;
  const T r45 = z * 0x1.39a1bad95267cp-3 + 0x1.74663ee6f22e9p-3;
  const T r = z * (r01 + z2 * (r23 + z2 * (r45 + z2 * 0x1.2f05625ab4f69p-3)));
  const T half_square = 0.5 * f * f;
  return e * detail::ln2_high - ((half_square - (s * (half_square + r) + e * detail::ln2_low)) - f);
}

// Natural logarithm of any number, within 1 unit in the last place: -infinity at 0, NaN below.
template <class T>
EG_INLINE T log(const T& x) {
  const T zero{}, infinite = T{} + __builtin_inf(), nan = T{} + __builtin_nan(""), one = T{} + 1.0;
  const T scaled = x < 0x1p-1022 ? T(x * 0x1p54) : x;  // subnormal
  const auto in_range = (scaled > zero) & (scaled < infinite);
  const T y = log_positive(T(in_range ? scaled : one));
  const T shift = x < 0x1p-1022 ? T{} + 54.0 : zero;
  // Two parts of 54 ln 2, as inside log_positive; 0 where nothing was scaled.
  const T inside = (y - shift * detail::ln2_low) - shift * detail::ln2_high;
  const T outside = x == zero ? T(-infinite) : (x == infinite ? infinite : nan);
  return in_range ? inside : outside;
}

// Square root; correctly rounded everywhere.
template <class T>
EG_INLINE T sqrt(const T& x) {
  if constexpr (std::is_same_v<T, double>) {
    return __builtin_sqrt(x);
  } else {
    T out = x;
    for (size_t i = 0; i < lanes_of<T>; ++i) out[i] = __builtin_sqrt(x[i]);
    return out;
  }
}

// Sine and cosine of 2 pi u, |u| < 2^48, within 2 units in the last place. Polynomials in t^2 of a quarter turn t,
// |t| <= 1/2, with the least largest relative error (2^-57.9 and 2^-64.5).
template <class T>
EG_INLINE void sincos_turn(const T& u, T& sine, T& cosine) {
  const T quarters = u * 4.0;
  const T shifted = quarters + detail::round_magic;
  const T t = quarters - (shifted - detail::round_magic);  // exact
  const T z = t * t, z2 = z * z;
  const T s01 = z * 0x1.466bc67758cb1p-4 - 0x1.4abbce625be46p-1;
  const T s23 = z * 0x1.5078300c3cb8cp-13 - 0x1.32d2cce3240dap-8;
  const T s45 = z * 0x1.e3ff26176171bp-25 - 0x1.e3009892853f1p-19;
  const T s = t * 0x1.921fb54442d18p+0 + t * (z * (s01 + z2 * (s23 + z2 * s45)));
  const T c01 = z * 0x1.03c1f081b5aaep-2 - 0x1.3bd3cc9be45dep+0;
  const T c23 = z * 0x1.e1f5068367addp-11 - 0x1.55d3c7e3c9280p-6;
  const T c45 = z * 0x1.f9cc40aa0d2acp-22 - 0x1.a6d1ec7e08233p-16;
  const T c = 1.0 + z * (c01 + z2 * (c23 + z2 * (c45 - z2 * 0x1.b263c28409a0ap-28)));
  // Odd quarters swap sine and cosine; the sine is negative in quarters 2 and 3, the cosine in 1 and 2.
  const auto q = bits(shifted);
  const auto is_odd = (q & uint64_t{1}) != 0;
  const T a = is_odd ? c : s, b = is_odd ? s : c;
  sine = from_bits<T>(bits(a) ^ ((q & uint64_t{2}) << 62));
  cosine = from_bits<T>(bits(b) ^ (((q + uint64_t{1}) & uint64_t{2}) << 62));
}

}  // namespace eg
