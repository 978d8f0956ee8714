// e^x for packs of either precision.
#pragma once
#include <encephagen/sdk/math.hpp>

namespace core {
namespace detail {

template <class T>
struct SingleWords {
  typedef uint32_t Type __attribute__((vector_size(sizeof(T) > 4 ? sizeof(T) : 16)));
};
template <>
struct SingleWords<float> {
  typedef uint32_t Type;
};

}  // namespace detail

// Double precision: eg::exp. Single precision: within 2 units in the last place; arguments are kept in [-87, 88]. The
// method is that of eg::exp: x = n ln 2 + r, a polynomial for e^r, n straight into the exponent.
template <class Real, class T>
EG_INLINE T exponential(const T& x) {
  if constexpr (sizeof(Real) == 8) {
    return eg::exp(x);
  } else {
    using Words = typename detail::SingleWords<T>::Type;
    const T low = T{} - 87.0f, high = T{} + 88.0f, magic = T{} + 0x1.8p23f;
    const T in_range = x < low ? low : (x > high ? high : x);
    const T shifted = in_range * 1.44269504f + magic, n = shifted - magic;
    const T r = (in_range - n * 0x1.62e4p-1f) - n * 1.42860677e-6f;  // the first factor has few bits: exact
    const T r2 = r * r;                                              // terms in pairs keep the chain short
    const T tail = (r * (1.0f / 120) + 1.0f / 24) + r2 * (r * (1.0f / 5040) + 1.0f / 720);
    const T y = 1.0f + (r + r2 * ((r * (1.0f / 6) + 0.5f) + r2 * tail));
    return __builtin_bit_cast(T, __builtin_bit_cast(Words, y) + (__builtin_bit_cast(Words, shifted) << 23));
  }
}

}  // namespace core
