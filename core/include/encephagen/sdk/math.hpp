// Elementary functions that give the same bits on every instruction set, for one number or for packs of eight.
// They are made of IEEE additions, multiplications, divisions, square roots and bit operations in a fixed order. With
// -ffp-contract=off (which encephagen_add_plugin sets) a pack holds exactly what its numbers would give one by one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

// Functions marked so are compiled for several x86-64 levels and chosen at run time. What they call must be inline.
// clang 14 knows no target_clones for levels, and sanitizers cannot run the resolvers: there, one version is compiled.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(ENCEPHAGEN_SANITIZED)
#define EG_MULTIVERSION __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EG_MULTIVERSION
#endif
#define EG_INLINE __attribute__((always_inline)) inline

// Packs never cross a call, everything below is inlined; the warning would come up in whatever file uses them.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace eg {

// Eight doubles; the compiler splits them where registers are narrower. Arithmetic works lane by lane.
typedef double Pack __attribute__((vector_size(64)));
typedef int64_t IntPack __attribute__((vector_size(64)));
typedef uint64_t WordPack __attribute__((vector_size(64)));
inline constexpr size_t pack_size = 8;

// `from` and `to` need no alignment.
EG_INLINE Pack load(const double* from) {
  Pack p;
  std::memcpy(&p, from, sizeof p);
  return p;
}
EG_INLINE WordPack load(const uint64_t* from) {
  WordPack p;
  std::memcpy(&p, from, sizeof p);
  return p;
}
EG_INLINE void store(double* to, const Pack& p) { std::memcpy(to, &p, sizeof p); }

namespace detail {

template <class T>
using Words = std::conditional_t<std::is_same_v<T, double>, uint64_t, WordPack>;
template <class T>
EG_INLINE Words<T> bits(const T& x) {
  return __builtin_bit_cast(Words<T>, x);
}
template <class T>
EG_INLINE T from_bits(const Words<T>& x) {
  return __builtin_bit_cast(T, x);
}

// Added to a number below 2^51 in size, it leaves the nearest integer in the low bits of the sum.
inline constexpr double round_magic = 0x1.8p52;
inline constexpr uint64_t round_magic_bits = 0x4338000000000000;

// ln 2 in two parts; multiples of the first by whole numbers below 2^20 are exact.
inline constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

// e^x for -708 <= x <= 709.78: x = n ln 2 + r with |r| <= ln 2 / 2 (Cody & Waite 1980), e^r = 1 + r + r^2 Q(r) with the
// Q of degree 9 whose largest relative error is least (2^-57.9). Terms are paired (Estrin) to keep the chain short.
template <class T>
EG_INLINE T exp_in_range(const T& x) {
  const T shifted = x * 1.4426950408889634074 + round_magic;
  const T n = shifted - round_magic;
  const T r = (x - n * ln2_high) - n * ln2_low;
  const T r2 = r * r, r4 = r2 * r2;
  const T q01 = r * 0x1.55555555554fap-3 + 0x1.000000000000ap-1;
  const T q23 = r * 0x1.1111111127ba0p-7 + 0x1.555555555088cp-5;
  const T q45 = r * 0x1.a01a012a67b2dp-13 + 0x1.6c16c18426726p-10;
  const T q67 = r * 0x1.71df253f352b5p-19 + 0x1.a0199a16da02bp-16;
  const T q89 = r * 0x1.ad7f725728c32p-26 + 0x1.28ad68a66498cp-22;
  const T q03 = q01 + q23 * r2, q47 = q45 + q67 * r2;
  const T q = q03 + r4 * (q47 + q89 * r4);
  const T p = 1.0 + (r + r2 * q);
  return from_bits<T>(bits(p) + (bits(shifted) << 52));  // n goes straight into the exponent
}

}  // namespace detail

// e^x, within 1 unit in the last place. 0 below -708 (no subnormal results), infinity above 709.78; NaN stays NaN.
template <class T>
EG_INLINE T exp(const T& x) {
  const T low = T{} - 708.0, high = T{} + 709.78, infinite = T{} + __builtin_inf();
  const T clamped = x < low ? low : (x > high ? high : x);
  const T y = detail::exp_in_range(clamped);
  return x < low ? T{} : (x > high ? infinite : y);
}

// 1 / (1 + e^-x), within 2 units in the last place for |x| <= 708; beyond that it stays at 3e-308 and 1. NaN stays NaN.
template <class T>
EG_INLINE T logistic(const T& x) {
  const T low = T{} - 708.0, high = T{} + 708.0;
  const T clamped = x < low ? low : (x > high ? high : x);
  return 1.0 / (1.0 + detail::exp_in_range(T(-clamped)));
}

// Natural logarithm of a finite positive number that is not subnormal, within 1 unit in the last place.
// x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f): log m = f - f^2/2 + s (f^2/2 + R(s^2)), the
// form of fdlibm (Sun Microsystems 1993), with the R whose largest relative error is least (2^-59.5).
template <class T>
EG_INLINE T log_positive(const T& x) {
  using W = detail::Words<T>;
  const W b = detail::bits(x);
  const W k = (b + (uint64_t{1024} << 52) - uint64_t{0x3FE6A09E667F3BCD}) >> 52;  // 1024 too large: never negative
  const T m = detail::from_bits<T>(b - ((k - uint64_t{1024}) << 52));
  const T e = detail::from_bits<T>(k + detail::round_magic_bits) - (detail::round_magic + 1024.0);
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
    for (size_t i = 0; i < pack_size; ++i) out[i] = __builtin_sqrt(x[i]);
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
  const auto q = detail::bits(shifted);
  const auto is_odd = (q & uint64_t{1}) != 0;
  const T a = is_odd ? c : s, b = is_odd ? s : c;
  sine = detail::from_bits<T>(detail::bits(a) ^ ((q & uint64_t{2}) << 62));
  cosine = detail::from_bits<T>(detail::bits(b) ^ (((q + uint64_t{1}) & uint64_t{2}) << 62));
}

}  // namespace eg
