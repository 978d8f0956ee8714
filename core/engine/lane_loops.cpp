// Plain loops over a chunk, for the widest registers there are.
#include "engine/lane_loops.hpp"

#include <cstdint>

#include "encephagen/sdk/math.hpp"

namespace encephagen {
namespace {

template <class T, class Real>
EG_INLINE void add(Real* __restrict to, const Real* __restrict from, size_t n) {
  for (size_t i = 0; i < n; ++i) to[i] += from[i];
}
template <class T>
EG_INLINE void add_single_of(float* to, const float* from, size_t n) {
  add<T>(to, from, n);
}
template <class T>
EG_INLINE void add_double_of(double* to, const double* from, size_t n) {
  add<T>(to, from, n);
}
EG_DISPATCH(add_single, (float* to, const float* from, size_t n), (to, from, n))
EG_DISPATCH(add_double, (double* to, const double* from, size_t n), (to, from, n))

// x - x is 0 for finite x and NaN otherwise; the bits of 0 joined over all units need no order.
template <class T, class Real, class Bits>
EG_INLINE void join(const Real* x, size_t n, Bits* bad) {
  Bits joined = 0;
  // NOLINTNEXTLINE(misc-redundant-expression)
  for (size_t i = 0; i < n; ++i) joined |= __builtin_bit_cast(Bits, x[i] - x[i]);
  *bad = joined;
}
template <class T>
EG_INLINE void join_single_of(const float* x, size_t n, uint32_t* bad) {
  join<T>(x, n, bad);
}
template <class T>
EG_INLINE void join_double_of(const double* x, size_t n, uint64_t* bad) {
  join<T>(x, n, bad);
}
EG_DISPATCH(join_single, (const float* x, size_t n, uint32_t* bad), (x, n, bad))
EG_DISPATCH(join_double, (const double* x, size_t n, uint64_t* bad), (x, n, bad))

}  // namespace

void add_to(float* to, const float* from, size_t n) { add_single(to, from, n); }
void add_to(double* to, const double* from, size_t n) { add_double(to, from, n); }
bool are_finite(const float* x, size_t n) {
  uint32_t bad = 0;
  join_single(x, n, &bad);
  return bad == 0;
}
bool are_finite(const double* x, size_t n) {
  uint64_t bad = 0;
  join_double(x, n, &bad);
  return bad == 0;
}

}  // namespace encephagen
