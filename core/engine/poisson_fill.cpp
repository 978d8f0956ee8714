// Poisson counts by inversion of the distribution function, a pack of units at a time.
#include "engine/poisson_fill.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

#include "engine/philox_packs.hpp"
#include "engine/random_fill.hpp"

namespace encephagen {
namespace {

constexpr double few_words = 65536.0;  // of 16 bits
constexpr double largest_mean_of_words = 12;
constexpr size_t group = 64, piece = 16 * group;  // units of a draw of words, and of a buffer
constexpr uint64_t more_bits = 0x6d6f7265u;       // key of the bits that decide when 16 do not

// Of a table: those that a word can exceed come first, and zeros stand behind them up to n_looked_up.
struct PoissonCuts {
  const uint16_t* at;
  size_t n_all, n_exceeded;
};
constexpr size_t n_looked_up = 32;  // 16-bit numbers of the widest register

// Walks up the distribution function: `sum` is P(N <= k).
struct Ladder {
  double mean, k, p, sum;

  explicit Ladder(double m) : mean(m), k(0) {
    // Far from 0, begin nine standard deviations below the mean: what lies further down is less than a uniform resolves
    // (below e^-40). The first term there by Stirling's series, good to 1e-16 k.
    if (m > 600) {
      k = std::floor(m - 9 * std::sqrt(m));
      const double log_p = k * eg::log(m / k) + (k - m) - 0.5 * eg::log(6.283185307179586 * k) - 1 / (12 * k);
      p = eg::exp(log_p);
    } else {
      p = eg::exp(-m);
    }
    sum = p;
  }
  // False at the top: past the mean, where terms no longer change the sum.
  bool climb() {
    p *= mean / ++k;
    const double before = sum;
    sum += p;
    return sum > before || k < mean;
  }
};

// The number of k with P(N <= k) < u.
double quantile(double mean, double u) {
  Ladder ladder(mean);
  while (ladder.sum < u)
    if (!ladder.climb()) break;
  return ladder.k;
}

void fill(PoissonTable& t, double mean) {
  t.mean = mean;
  t.sums.clear();
  t.cuts.clear();
  Ladder ladder(mean);
  do {
    t.sums.push_back(ladder.sum);
    // Cuts of 65535 are exceeded by no word: one of them serves to notice the word that reaches it.
    const double cut = std::floor(ladder.sum * few_words);
    if (cut < 65536 && (t.cuts.empty() || t.cuts.back() != 65535)) t.cuts.push_back(static_cast<uint16_t>(cut));
  } while (ladder.climb());
  t.n_cuts = t.cuts.size();
  t.cuts.resize(std::max(t.n_cuts, n_looked_up), 0);
}

// A uniform number in the cell of `word`.
double refined(uint64_t key, uint64_t step, uint64_t unit, uint16_t word) {
  return (word + reference_uniform(key ^ more_bits, step, unit)) / few_words;
}

double count_of_word(uint64_t key, uint64_t step, uint64_t unit, double mean, uint16_t word) {
  for (Ladder ladder(mean);;) {
    const double cut = std::floor(ladder.sum * few_words);
    if (word < cut) return ladder.k;
    if (word == cut) return quantile(mean, refined(key, step, unit, word));
    if (!ladder.climb()) return ladder.k;
  }
}

template <class T>
struct ShortsOf {
  typedef uint16_t type __attribute__((vector_size(sizeof(T))));
};
template <class T>
using Shorts = typename ShortsOf<T>::type;

// Words of N packs of blocks from block `at` of the first group on; two packs of units each: one in the first half of a
// group, one at the same place of the second half. Groups of 64 units are eight blocks: words 0 and 1 of block b belong
// to the units 4 b .. 4 b + 3, two each, words 2 and 3 to the units 32 + 4 b .. 32 + 4 b + 3.
template <class T, size_t N>
EG_INLINE void word_packs(uint64_t key, uint64_t step, uint64_t block, Shorts<T> (&out)[2 * N]) {
  Words<T> word[N][4];
  philox_packs<T, N, false>(key, step, block, word);
  for (size_t k = 0; k < N; ++k) {
    out[2 * k] = __builtin_bit_cast(Shorts<T>, (word[k][0] & low_half) | (word[k][1] << 32));
    out[2 * k + 1] = __builtin_bit_cast(Shorts<T>, (word[k][2] & low_half) | (word[k][3] << 32));
  }
}
template <class T>
EG_INLINE size_t unit_of_block(uint64_t at) {
  return at / 8 * group + at % 8 * 4;
}

// table[index], lane by lane. GCC 12 takes a shuffle of 16-bit numbers apart.
template <class S>
EG_INLINE S looked_up(const S& table, const S& index) {
  S out;
#ifdef __x86_64__
  if constexpr (sizeof(S) == 64) {
    __asm__("vpermw %1, %2, %0" : "=v"(out) : "v"(table), "v"(index));
    return out;
  }
#endif
  for (size_t k = 0; k < sizeof(S) / 2; ++k) out[k] = table[index[k] % (sizeof(S) / 2)];
  return out;
}

// Counts of packs of words; the return value has a bit set where a word equals a cut.
template <class T, size_t N>
EG_INLINE Shorts<T> count_packs(const Shorts<T> (&w)[N], const PoissonCuts& cuts, Shorts<T> (&count)[N]) {
  const Shorts<T> one = uint16_t{1} - Shorts<T>{};
  Shorts<T> tie{};
  for (size_t p = 0; p < N; ++p) count[p] = Shorts<T>{};
  if (sizeof(T) == 64 && cuts.n_all < n_looked_up) {
    for (size_t k = 0; k < cuts.n_exceeded; ++k) {
      const Shorts<T> cut = cuts.at[k] - Shorts<T>{};
      for (size_t p = 0; p < N; ++p) count[p] = w[p] > cut ? count[p] + one : count[p];
    }
    // A word equals a cut if it equals the first that it does not exceed: one look-up, where registers are wide. A word
    // that exceeds all is above 0, which stands behind the cuts.
    Shorts<T> table;
    std::memcpy(&table, cuts.at, sizeof table);
    for (size_t p = 0; p < N; ++p) tie |= w[p] == looked_up(table, count[p]);
  } else {
    for (size_t k = 0; k < cuts.n_all; ++k) {
      const Shorts<T> cut = cuts.at[k] - Shorts<T>{};
      for (size_t p = 0; p < N; ++p) {
        count[p] -= w[p] > cut;  // true is all ones: -1
        tie |= w[p] == cut;
      }
    }
  }
  return tie;
}

// Counts of `n` groups of 64 units; bit g of *ties: in group g a word equals a cut.
template <class T>
EG_INLINE void count_groups_of(uint64_t key, uint64_t step, uint64_t first_group, uint64_t n, const PoissonCuts& cuts,
                               uint16_t* counts, uint32_t* ties) {
  // Several packs at a time hide how long each multiplication takes, as many as registers hold.
  constexpr size_t lanes = eg::lanes_of<T>, packs = lanes == 8 ? 4 : 2;
  const auto some = [&](auto number, uint64_t at) __attribute__((always_inline)) {
    constexpr size_t N = decltype(number)::value;
    Shorts<T> w[2 * N], count[2 * N];
    word_packs<T, N>(key, step, first_group * 8 + at, w);
    const Shorts<T> tie = count_packs<T, 2 * N>(w, cuts, count);
    for (size_t k = 0; k < N; ++k) {
      const size_t to = unit_of_block<T>(at + k * lanes);
      std::memcpy(counts + to, &count[2 * k], sizeof(T));
      std::memcpy(counts + to + 32, &count[2 * k + 1], sizeof(T));
    }
    if (eg::any_bit(__builtin_bit_cast(Words<T>, tie)))
      for (size_t k = 0; k < N; ++k) *ties |= 1u << ((at + k * lanes) / 8);
  };
  *ties = 0;
  uint64_t at = 0;
  for (; at + packs * lanes <= n * 8; at += packs * lanes) some(std::integral_constant<size_t, packs>{}, at);
  for (; at < n * 8; at += lanes) some(std::integral_constant<size_t, 1>{}, at);
}
EG_DISPATCH(count_groups,
            (uint64_t key, uint64_t step, uint64_t first_group, uint64_t n, const PoissonCuts& cuts, uint16_t* counts,
             uint32_t* ties),
            (key, step, first_group, n, cuts, counts, ties))

template <class T>
EG_INLINE void words_of(uint64_t key, uint64_t step, uint64_t first_group, uint64_t n, uint16_t* out) {
  for (uint64_t at = 0; at < n * 8; at += eg::lanes_of<T>) {
    Shorts<T> w[2];
    word_packs<T, 1>(key, step, first_group * 8 + at, w);
    std::memcpy(out + unit_of_block<T>(at), &w[0], sizeof(T));
    std::memcpy(out + unit_of_block<T>(at) + 32, &w[1], sizeof(T));
  }
}
EG_DISPATCH(words, (uint64_t key, uint64_t step, uint64_t first_group, uint64_t n, uint16_t* out),
            (key, step, first_group, n, out))

template <class T, class Real>
EG_INLINE void widen(const uint16_t* from, Real* to, size_t n) {
  for (size_t i = 0; i < n; ++i) to[i] = static_cast<Real>(from[i]);
}
template <class T>
EG_INLINE void widen_single_of(const uint16_t* from, float* to, size_t n) {
  widen<T>(from, to, n);
}
template <class T>
EG_INLINE void widen_double_of(const uint16_t* from, double* to, size_t n) {
  widen<T>(from, to, n);
}
EG_DISPATCH(widen_single, (const uint16_t* from, float* to, size_t n), (from, to, n))
EG_DISPATCH(widen_double, (const uint16_t* from, double* to, size_t n), (from, to, n))
void widen_to(const uint16_t* from, float* to, size_t n) { widen_single(from, to, n); }
void widen_to(const uint16_t* from, double* to, size_t n) { widen_double(from, to, n); }

double checked_mean(double mean) {
  if (!(mean >= 0 && mean <= 1e6))
    throw std::invalid_argument("the mean of a Poisson column is " + std::to_string(mean) +
                                " per step; it must lie in [0, 1e6]: change the rate or dt_ms");
  return mean;
}

}  // namespace

template <class Real>
void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, double mean, std::span<Real> out,
                  PoissonTable& table) {
  if (checked_mean(mean) > largest_mean_of_words) {
    double uniform[piece];
    for (size_t at = 0; at < out.size(); at += piece) {
      const size_t n = std::min(piece, out.size() - at);
      fill_uniform(key, step, first_unit + at, {uniform, n});
      for (size_t i = 0; i < n; ++i) out[at + i] = static_cast<Real>(quantile(mean, uniform[i]));
    }
    return;
  }
  if (mean != table.mean) fill(table, mean);
  // No word exceeds a cut of 65535.
  const size_t n_cuts = table.n_cuts;
  const PoissonCuts cuts{table.cuts.data(), n_cuts, n_cuts - (n_cuts > 0 && table.cuts[n_cuts - 1] == 65535)};
  alignas(64) uint16_t counts[piece];
  for (size_t at = 0; at < out.size();) {
    const uint64_t unit = first_unit + at, offset = unit % group;
    const size_t n = std::min<size_t>(out.size() - at, piece - offset), groups = (offset + n + group - 1) / group;
    const auto to = out.subspan(at, n);
    uint32_t ties = 0;
    count_groups(key, step, unit / group, groups, cuts, counts, &ties);
    widen_to(counts + offset, to.data(), n);
    for (; ties != 0; ties &= ties - 1) {
      const auto tied = static_cast<size_t>(std::countr_zero(ties)), from = tied * group;
      uint16_t word[group];
      words(key, step, unit / group + tied, 1, word);
      for (size_t k = std::max(from, offset); k < std::min(from + group, offset + n); ++k)
        // A word equals a cut if it equals the first that it does not exceed.
        if (counts[k] < cuts.n_all && word[k - from] == cuts.at[counts[k]])
          to[k - offset] = static_cast<Real>(count_of_word(key, step, unit + k - offset, mean, word[k - from]));
    }
    at += n;
  }
}

template <class Real>
void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, std::span<const Real> rate_hz, double events_per_hz,
                  std::span<Real> out, PoissonTable& table) {
  const auto mean_of = [&](size_t i) { return checked_mean(static_cast<double>(rate_hz[i]) * events_per_hz); };
  if (out.empty()) return;
  if (std::memcmp(rate_hz.data(), rate_hz.data() + 1, (out.size() - 1) * sizeof(Real)) == 0)
    return fill_poisson(key, step, first_unit, mean_of(0), out, table);
  uint16_t words[piece];
  for (size_t at = 0; at < out.size();) {
    const uint64_t unit = first_unit + at, offset = unit % group;
    const size_t n = std::min<size_t>(out.size() - at, piece - offset);
    fill_words16(key, step, unit / group, (offset + n + group - 1) / group, words);
    for (size_t i = 0; i < n; ++i) {
      const double mean = mean_of(at + i);
      out[at + i] =
          static_cast<Real>(mean > largest_mean_of_words ? quantile(mean, reference_uniform(key, step, unit + i))
                                                         : count_of_word(key, step, unit + i, mean, words[offset + i]));
    }
    at += n;
  }
}

#define INSTANTIATE(Real)                                                                                        \
  template void fill_poisson<Real>(uint64_t, uint64_t, uint64_t, double, std::span<Real>, PoissonTable&);        \
  template void fill_poisson<Real>(uint64_t, uint64_t, uint64_t, std::span<const Real>, double, std::span<Real>, \
                                   PoissonTable&);
INSTANTIATE(float)
INSTANTIATE(double)

void fill_words16(uint64_t key, uint64_t step, uint64_t first_group, uint64_t n, uint16_t* out) {
  words(key, step, first_group, n, out);
}

uint16_t reference_word16(uint64_t key, uint64_t step, uint64_t unit) {
  const uint64_t block = unit / 64 * 8 + unit % 32 / 4;
  const auto word = eg::Philox::generate({static_cast<uint32_t>(step), static_cast<uint32_t>(step >> 32),
                                          static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32)},
                                         key);
  return static_cast<uint16_t>(word[unit % 64 / 32 * 2 + unit % 4 / 2] >> (unit % 2 * 16));
}

double reference_poisson(uint64_t key, uint64_t step, uint64_t unit, double mean) {
  if (mean > largest_mean_of_words) return quantile(mean, reference_uniform(key, step, unit));
  return count_of_word(key, step, unit, mean, reference_word16(key, step, unit));
}

}  // namespace encephagen
