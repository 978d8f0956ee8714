// Philox4x32 (Salmon et al. 2011) for packs of counters: what the fills of random columns are made of.
#pragma once
#include "encephagen/sdk/math.hpp"
#include "encephagen/sdk/random.hpp"

namespace encephagen {

using eg::Words;

// The part of a 64-bit lane that holds a word.
inline constexpr uint64_t low_half = 0xFFFFFFFFu;

// Lane by lane, the 64-bit product of the lower halves of words.
template <class W>
EG_INLINE W product(const W& a, const W& b) {
#ifdef __SSE2__
  if constexpr (sizeof(W) == 16) {
    W out = a;
    __asm__("pmuludq %1, %0" : "+x"(out) : "x"(b));
    return out;
  } else {
    W out;
    __asm__("vpmuludq %2, %1, %0" : "=v"(out) : "v"(a), "v"(b));
    return out;
  }
#else
  return (a & low_half) * (b & low_half);
#endif
}

// The words of N packs of blocks that follow one another. They stand in the lower halves of 64-bit lanes,
// so that products need no widening; upper halves are cleared at the end, if at all.
template <class T, size_t N, bool clears = true>
EG_INLINE void philox_packs(uint64_t key, uint64_t step, uint64_t first_block, Words<T> (&word)[N][4]) {
  constexpr uint64_t counting[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  const Words<T> m0 = uint64_t{eg::Philox::m0} - Words<T>{}, m1 = uint64_t{eg::Philox::m1} - Words<T>{};
  Words<T> k0 = key - Words<T>{}, k1 = (key >> 32) - Words<T>{};
  // Of the first round, half is the same for all blocks of a step.
  const Words<T> of_step = product(Words<T>(step - Words<T>{}), m0), from_step = (of_step >> 32) ^ k1,
                 with_step = ((step >> 32) - Words<T>{}) ^ k0;
  for (size_t n = 0; n < N; ++n) {
    const Words<T> index = eg::load_words<T>(counting) + (first_block + n * eg::lanes_of<T>),
                   of_index = product(index, m1);
    word[n][0] = (of_index >> 32) ^ with_step;
    word[n][1] = of_index;
    word[n][2] = (index >> 32) ^ from_step;
    word[n][3] = of_step;
  }
#pragma GCC unroll 1  // unrolled, the keys of all rounds are spread and spilled before each call's first block
  for (int round = 1; round < 10; ++round) {
    k0 += uint64_t{eg::Philox::w0};
    k1 += uint64_t{eg::Philox::w1};
    for (size_t n = 0; n < N; ++n) {
      auto& c = word[n];
      const Words<T> p0 = product(c[0], m0), p1 = product(c[2], m1);
      c[0] = (p1 >> 32) ^ c[1] ^ k0;
      c[2] = (p0 >> 32) ^ c[3] ^ k1;
      c[1] = p1;
      c[3] = p0;
    }
  }
  if constexpr (clears)
    for (auto& c : word)
      for (auto& w : c) w &= low_half;
}

}  // namespace encephagen
