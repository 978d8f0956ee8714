// Loops over units, written once for packs of floats or doubles of any width. Every width gives the same bits.
#pragma once
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "encephagen/sdk/math.hpp"
#include "encephagen/sdk/unit.hpp"

namespace eg {

// One value for all units, where a column could stand.
template <class Real>
struct Same {
  Real value;
};
// The factor that changes nothing; compilers drop it.
struct One {};

// Marks lambdas that are to become part of the loop they are given to.
#define EG_LOOP __attribute__((always_inline))

namespace detail {

// The loop comes by value: what it captured is then local, and no store of the loop can be taken to change it.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
template <class Loop>
__attribute__((target("arch=x86-64-v4"))) void run_64(Loop loop) {
  loop.template run<64>();
}
template <class Loop>
__attribute__((target("arch=x86-64-v3"))) void run_32(Loop loop) {
  loop.template run<32>();
}
#endif
template <class Loop>
void run_16(Loop loop) {
  loop.template run<16>();
}

}  // namespace detail

// `loop.run<bytes>()` must be EG_INLINE.
template <class Loop>
void run_wide(Loop loop) {
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
  if (lanes() == 8) return detail::run_64(loop);
  if (lanes() == 4) return detail::run_32(loop);
#endif
  detail::run_16(loop);
}

namespace detail {

template <class Real, size_t bytes>
struct PackOf {
  typedef Real Type __attribute__((vector_size(bytes)));
};
template <class Real>
struct PackOf<Real, 0> {
  typedef Real Type;
};

}  // namespace detail

// Bit k is set where x[k] >= y[k].
template <class Real, class T>
EG_INLINE uint64_t reached(const T& x, const T& y) {
  if constexpr (std::is_same_v<T, Real>) {
    return x >= y;
#ifdef __x86_64__
    // GCC 12 takes a comparison whose result is kept as a number apart, lane by lane: so the instructions by name.
  } else if constexpr (sizeof(T) == 64) {
    uint16_t mask;
    if constexpr (sizeof(Real) == 4)
      __asm__("vcmpgeps %2, %1, %0" : "=Yk"(mask) : "v"(x), "v"(y));
    else
      __asm__("vcmpgepd %2, %1, %0" : "=Yk"(mask) : "v"(x), "v"(y));
    return sizeof(Real) == 4 ? mask : mask & 0xffu;
  } else if constexpr (sizeof(T) == 32) {
    const auto is = x >= y;
    uint32_t mask;
    if constexpr (sizeof(Real) == 4)
      __asm__("vmovmskps %1, %0" : "=r"(mask) : "x"(is));
    else
      __asm__("vmovmskpd %1, %0" : "=r"(mask) : "x"(is));
    return mask;
#endif
  } else {
    uint64_t bits = 0;
    for (size_t k = 0; k < sizeof(T) / sizeof(Real); ++k) bits |= uint64_t{x[k] >= y[k]} << k;
    return bits;
  }
}

template <class Real, class T>
EG_INLINE T magnitude(const T& x) {
  if constexpr (std::is_same_v<T, Real>) {
    return std::abs(x);
  } else {
    using Words = typename detail::Lanes<sizeof(T) / 8>::Words;
    constexpr uint64_t all_but_sign = sizeof(Real) == 4 ? 0x7fffffff7fffffff : 0x7fffffffffffffff;
    return __builtin_bit_cast(T, __builtin_bit_cast(Words, x) & all_but_sign);
  }
}

// A per-unit parameter as loops read it. Where all units share the value, the first pack of the column stands for all
// of them, so that the rest need not be read.
template <class Real>
struct UnitParam {
  const Real* values;
  size_t mask;  // of the index: all or nothing

  template <class Block>
  UnitParam(const Block& b, size_t k) : values(b.param(k).data()), mask(b.param_is_uniform(k) ? 0 : ~size_t{0}) {}
};

// Some units that lie side by side: T is a pack, or a single number at the end of a column.
template <class T, class Real>
struct At {
  using Type = T;
  size_t i;
  EG_INLINE T operator()(const Real* column) const {
    T x;
    std::memcpy(&x, column + i, sizeof x);
    return x;
  }
  EG_INLINE T operator()(std::span<const Real> column) const { return (*this)(column.data()); }
  EG_INLINE T operator()(std::span<Real> column) const { return (*this)(column.data()); }
  EG_INLINE T operator()(UnitParam<Real> p) const {
    T x;
    std::memcpy(&x, p.values + (i & p.mask), sizeof x);
    return x;
  }
  EG_INLINE T operator()(Same<Real> same) const { return T{} + same.value; }
  EG_INLINE T operator()(One) const { return T{} + Real{1}; }
  EG_INLINE void store(std::span<Real> column, const T& x) const { std::memcpy(column.data() + i, &x, sizeof x); }
};

namespace detail {

// Widths from `bytes` down to single units.
template <class Real, size_t bytes, class Body>
EG_INLINE void each_pack(size_t& i, size_t n, const Body& body) {
  using T = typename PackOf<Real, bytes>::Type;
  constexpr size_t lanes = bytes > 0 ? bytes / sizeof(Real) : 1;
  for (; i + lanes <= n; i += lanes) body(At<T, Real>{i});
  if constexpr (bytes > 0) each_pack<Real, (bytes > 16 ? bytes / 2 : 0)>(i, n, body);
}

// Calls spike(first + k) for every bit k that is set.
template <class Spike>
EG_INLINE void each_bit(size_t first, uint64_t bits, const Spike& spike) {
  for (; bits != 0; bits &= bits - 1) spike(first + static_cast<size_t>(std::countr_zero(bits)));
}

// Groups of four packs share one look at whether anybody fired.
template <class Real, size_t bytes, class Move, class Spike>
EG_INLINE void each_spiking(size_t& i, size_t n, const Move& move, const Spike& spike) {
  using T = typename PackOf<Real, bytes>::Type;
  if constexpr (bytes == 0) {
    for (; i < n; ++i) each_bit(i, move(At<T, Real>{i}), spike);
  } else {
    constexpr size_t lanes = bytes / sizeof(Real);
    for (; i + 4 * lanes <= n; i += 4 * lanes) {
      uint64_t fired = 0;
      for (size_t k = 0; k < 4; ++k) fired |= move(At<T, Real>{i + k * lanes}) << (k * lanes);
      each_bit(i, fired, spike);
    }
    for (; i + lanes <= n; i += lanes) each_bit(i, move(At<T, Real>{i}), spike);
    each_spiking<Real, (bytes > 16 ? bytes / 2 : 0)>(i, n, move, spike);
  }
}

template <class Real, class Body>
struct EachPack {
  size_t n;
  Body body;
  template <size_t bytes>
  EG_INLINE void run() const {
    size_t i = 0;
    each_pack<Real, bytes>(i, n, body);
  }
};
template <class Real, class Move, class Spike>
struct EachSpiking {
  size_t n;
  Move move;
  Spike spike;
  template <size_t bytes>
  EG_INLINE void run() const {
    size_t i = 0;
    each_spiking<Real, bytes>(i, n, move, spike);
  }
};

}  // namespace detail

// Calls body(at) for n units; `body` captures by value and is marked EG_LOOP.
template <class Real, class Body>
void for_each_pack(size_t n, Body body) {
  run_wide(detail::EachPack<Real, Body>{n, body});
}

// One step of all units of a block: move(at) advances some of them and returns which of them fire, as `reached` says
// it; fired(i) does what follows a spike of unit i. Both capture by value, `move` is marked EG_LOOP.
template <class Real, class Move, class Fired>
void advance(NeuronBlockOf<Real>& b, Move move, Fired fired) {
  auto* block = &b;
  const auto spike = [=](size_t k) {
    fired(k);
    block->spike(k);
  };
  run_wide(detail::EachSpiking<Real, Move, decltype(spike)>{b.size(), move, spike});
}

}  // namespace eg
