// Loops over units, written once for packs of floats or doubles of any width. Every width gives the same bits.
#pragma once
#include <cmath>
#include <cstring>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/unit.hpp>
#include <type_traits>

#include "columns.hpp"
#include "wide.hpp"

namespace core {
namespace detail {

template <class Real, size_t bytes>
struct PackOf {
  typedef Real Type __attribute__((vector_size(bytes)));
};
template <class Real>
struct PackOf<Real, 0> {
  typedef Real Type;
};

// Whether any of the words has a bit set.
EG_INLINE bool any(bool is) { return is; }
template <class Words>
EG_INLINE bool any(const Words& w) {
  return eg::any_bit(w);
}

template <class Real, class T>
using Flags = std::conditional_t<std::is_same_v<T, Real>, bool, typename eg::detail::Lanes<(sizeof(T) + 7) / 8>::Words>;

}  // namespace detail

// Bits that are set where x >= y. By way of a choice of numbers: gcc 12 takes a comparison whose result is kept apart,
// lane by lane.
template <class Real, class T>
EG_INLINE detail::Flags<Real, T> reached(const T& x, const T& y) {
  if constexpr (std::is_same_v<T, Real>) {
    return x >= y;
  } else {
    using Bits = detail::Flags<Real, T>;
    const T yes = T{} + Real{1}, no{};
    return __builtin_bit_cast(Bits, x >= y ? yes : no);
  }
}

template <class Real, class T>
EG_INLINE T magnitude(const T& x) {
  if constexpr (std::is_same_v<T, Real>) {
    return std::abs(x);
  } else {
    using Words = typename eg::detail::Lanes<sizeof(T) / 8>::Words;
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

// Calls spike(first + k) for every lane k whose flag is set, passing by eight bytes of unset flags at a time.
template <class Real, class F, class Spike>
void each_flagged(size_t first, const F& flags, const Spike& spike) {
  using Word = std::conditional_t<sizeof(Real) == 4, uint32_t, uint64_t>;
  constexpr size_t lanes = 8 / sizeof(Word);
  for (size_t k = 0; k < sizeof(F) / 8; ++k) {
    if (flags[k] == 0) continue;
    Word is_set[lanes];
    const uint64_t some = flags[k];
    std::memcpy(is_set, &some, sizeof some);
    for (size_t j = 0; j < lanes; ++j)
      if (is_set[j] != 0) spike(first + k * lanes + j);
  }
}

// Groups of four packs share one look at whether anybody fired.
template <class Real, size_t bytes, class Move, class Spike>
EG_INLINE void each_spiking(size_t& i, size_t n, const Move& move, const Spike& spike) {
  using T = typename PackOf<Real, bytes>::Type;
  if constexpr (bytes == 0) {
    for (; i < n; ++i)
      if (move(At<T, Real>{i})) spike(i);
  } else {
    constexpr size_t lanes = bytes / sizeof(Real);
    for (; i + 4 * lanes <= n; i += 4 * lanes) {
      Flags<Real, T> f[4];
      for (size_t k = 0; k < 4; ++k) f[k] = move(At<T, Real>{i + k * lanes});
      if (any((f[0] | f[1]) | (f[2] | f[3])))
        for (size_t k = 0; k < 4; ++k)
          if (any(f[k])) each_flagged<Real>(i + k * lanes, f[k], spike);
    }
    for (; i + lanes <= n; i += lanes) {
      const Flags<Real, T> f = move(At<T, Real>{i});
      if (any(f)) each_flagged<Real>(i, f, spike);
    }
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

// Calls body(at) for n units; `body` captures by value and is marked CORE_LOOP.
template <class Real, class Body>
void for_each_pack(size_t n, Body body) {
  run_wide(detail::EachPack<Real, Body>{n, body});
}

// One step of all units of a block: move(at) advances some of them and returns which of them fire, as `reached` says
// it; fired(i) does what follows a spike of unit i. Both capture by value, `move` is marked CORE_LOOP.
template <class Real, class Move, class Fired>
void advance(eg::NeuronBlockOf<Real>& b, Move move, Fired fired) {
  auto* block = &b;
  const auto spike = [=](size_t k) {
    fired(k);
    block->spike(k);
  };
  run_wide(detail::EachSpiking<Real, Move, decltype(spike)>{b.size(), move, spike});
}

}  // namespace core
