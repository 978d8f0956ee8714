// Elementary functions that give the same bits on every instruction set, for one number or for packs of eight.
// Only IEEE additions, multiplications, divisions and bit operations are used, in a fixed order: with -ffp-contract=off the
// result of a pack equals that of its numbers one by one, whatever the compiler vectorises.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

// Functions marked so are compiled for several x86-64 levels and chosen at run time. Whatever they call must be inline.
// clang 14 knows no target_clones for levels, and sanitizers cannot run the resolvers.
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
typedef float FloatPack __attribute__((vector_size(32)));
inline constexpr size_t pack_size = 8;

EG_INLINE Pack load(const double* from) {
  Pack p;
  std::memcpy(&p, from, sizeof p);
  return p;
}
EG_INLINE void store(double* to, const Pack& p) { std::memcpy(to, &p, sizeof p); }
EG_INLINE Pack load(const float* from) {
  FloatPack p;
  std::memcpy(&p, from, sizeof p);
  return __builtin_convertvector(p, Pack);
}

namespace detail {
template <class T>
using IntOf = std::conditional_t<std::is_same_v<T, double>, int64_t, IntPack>;
template <class T>
EG_INLINE IntOf<T> bits(const T& x) { return __builtin_bit_cast(IntOf<T>, x); }
template <class T>
EG_INLINE T from_bits(const IntOf<T>& x) { return __builtin_bit_cast(T, x); }

inline constexpr double round_magic = 0x1.8p52;  // adding it leaves the nearest integer in the low bits
}  // namespace detail

// e^x. Relative error below 2e-16 (a Taylor polynomial of degree 13 after reduction to |r| <= ln 2 / 2; Cody & Waite 1980).
// 0 below -708, infinity above 709.78; NaN stays NaN.
template <class T>
EG_INLINE T exp(const T& x) {
  constexpr double log2e = 1.4426950408889634074, ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  const T low = T{} - 708.0, high = T{} + 709.78;
  const T clamped = x < low ? low : (x > high ? high : x);
  const T shifted = clamped * log2e + detail::round_magic;
  const T n = shifted - detail::round_magic;
  const T r = (clamped - n * ln2_high) - n * ln2_low;
  T p = r * (1.0 / 6227020800.0) + (1.0 / 479001600.0);
  p = p * r + (1.0 / 39916800.0);
  p = p * r + (1.0 / 3628800.0);
  p = p * r + (1.0 / 362880.0);
  p = p * r + (1.0 / 40320.0);
  p = p * r + (1.0 / 5040.0);
  p = p * r + (1.0 / 720.0);
  p = p * r + (1.0 / 120.0);
  p = p * r + (1.0 / 24.0);
  p = p * r + (1.0 / 6.0);
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  // n goes straight into the exponent; unsigned, because a shift of a negative number is meant modulo 2^64.
  using I = detail::IntOf<T>;
  const T scaled = detail::from_bits<T>(detail::bits(p) + I(detail::bits(shifted) << 52));
  const T infinite = T{} + __builtin_huge_val();
  return x < low ? T{} : (x > high ? infinite : scaled);
}

// 1 / (1 + e^-x).
template <class T>
EG_INLINE T logistic(const T& x) { return 1.0 / (1.0 + eg::exp(T(-x))); }

// Natural logarithm of a positive normal number. Relative error below 4e-16.
template <class T>
EG_INLINE T log(const T& x) {
  using I = detail::IntOf<T>;
  constexpr int64_t sqrt_half_bits = 0x3FE6A09E667F3BCD;
  // Exponent such that the mantissa lies in [sqrt(1/2), sqrt(2)).
  const I b = detail::bits(x);
  const I offset = b - sqrt_half_bits;
  const I exponent = offset >> 52;
  const T m = detail::from_bits<T>(b - I(exponent << 52));
  // An integer below 2^51 as a double without a conversion instruction (SSE2 and AVX2 have none for 64 bits).
  const T k = detail::from_bits<T>(exponent + int64_t{0x4338000000000000}) - detail::round_magic;
  const T f = m - 1.0;
  const T s = f / (2.0 + f);
  const T z = s * s;
  T p = z * (1.0 / 23.0) + (1.0 / 21.0);  // atanh series: log m = 2 (s + s^3/3 + s^5/5 ...), |s| <= 0.1716
  p = p * z + (1.0 / 19.0);
  p = p * z + (1.0 / 17.0);
  p = p * z + (1.0 / 15.0);
  p = p * z + (1.0 / 13.0);
  p = p * z + (1.0 / 11.0);
  p = p * z + (1.0 / 9.0);
  p = p * z + (1.0 / 7.0);
  p = p * z + (1.0 / 5.0);
  p = p * z + (1.0 / 3.0);
  p = p * z;
  constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  const T two_s = s + s;
  return k * ln2_high + (two_s + (two_s * p + k * ln2_low));
}

// Sine and cosine of 2 pi u for 0 <= u <= 1. Absolute error below 3e-16.
template <class T>
EG_INLINE void sincos_turn(const T& u, T& sine, T& cosine) {
  using I = detail::IntOf<T>;
  const T shifted = u * 4.0 + detail::round_magic;
  const T quadrant = shifted - detail::round_magic;
  const T r = (u * 4.0 - quadrant) * 1.57079632679489661923;  // |r| <= pi / 4
  const T z = r * r;
  T s = z * (1.0 / 355687428096000.0) - (1.0 / 1307674368000.0);
  s = s * z + (1.0 / 6227020800.0);
  s = s * z - (1.0 / 39916800.0);
  s = s * z + (1.0 / 362880.0);
  s = s * z - (1.0 / 5040.0);
  s = s * z + (1.0 / 120.0);
  s = s * z - (1.0 / 6.0);
  s = r + r * (z * s);
  T c = z * (1.0 / 20922789888000.0) - (1.0 / 87178291200.0);
  c = c * z + (1.0 / 479001600.0);
  c = c * z - (1.0 / 3628800.0);
  c = c * z + (1.0 / 40320.0);
  c = c * z - (1.0 / 720.0);
  c = c * z + (1.0 / 24.0);
  c = c * z - 0.5;
  c = 1.0 + z * c;
  const I q = detail::bits(shifted);
  const I odd = q & int64_t{1};
  const T a = odd != 0 ? c : s, b = odd != 0 ? s : c;
  // Signs: the sine is negative in quadrants 2 and 3, the cosine in 1 and 2.
  const I sine_sign = (q & int64_t{2}) << 62, cosine_sign = ((q + int64_t{1}) & int64_t{2}) << 62;
  sine = detail::from_bits<T>(detail::bits(a) ^ sine_sign);
  cosine = detail::from_bits<T>(detail::bits(b) ^ cosine_sign);
}

}  // namespace eg
