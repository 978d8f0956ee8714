// Poisson counts by inversion of the distribution function, a pack of units at a time.
#include "engine/poisson_fill.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

#include "encephagen/sdk/math.hpp"
#include "engine/random_fill.hpp"

namespace encephagen {
namespace {

constexpr double few_words = 65536.0;  // of 16 bits
constexpr double largest_mean_of_words = 12;
constexpr size_t group = 64, piece = 16 * group;  // units of a draw of words, and of a buffer
constexpr uint64_t more_bits = 0x6d6f7265u;       // key of the bits that decide when 16 do not

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

// table[index], lane by lane. GCC 12 takes a shuffle of 16-bit numbers apart.
template <class Shorts>
EG_INLINE Shorts looked_up(const Shorts& table, const Shorts& index) {
#ifdef __x86_64__
  if constexpr (sizeof(Shorts) == 64) {
    Shorts out;
    __asm__("vpermw %1, %2, %0" : "=v"(out) : "v"(table), "v"(index));
    return out;
  }
#endif
  return __builtin_shuffle(table, index);
}

// counts[i] = number of cuts below words[i]; bit g of *ties: in group g of 64 a word equals a cut. n is a multiple
// of 64.
template <class T>
EG_INLINE void count_cuts_of(const uint16_t* words, size_t n, const uint16_t* cuts, size_t n_cuts, uint16_t* counts,
                             uint32_t* ties) {
  using Shorts = typename ShortsOf<T>::type;
  constexpr size_t lanes = sizeof(Shorts) / 2, packs = 2;
  Shorts table{};
  for (size_t k = 0; k < std::min(n_cuts, lanes); ++k) table[k] = cuts[k];
  *ties = 0;
  for (size_t i = 0; i < n; i += packs * lanes) {
    Shorts w[packs], count[packs] = {}, tie{};
    std::memcpy(w, words + i, sizeof w);
    if (lanes == 32 && n_cuts < lanes) {
      for (size_t k = 0; k < n_cuts; ++k)
        for (size_t p = 0; p < packs; ++p) count[p] -= w[p] > cuts[k] - Shorts{};  // true is all ones: -1
      // A word equals a cut if it equals the first that it does not exceed: one look-up, where registers are wide.
      // Where it exceeds all it is above 0, which stands behind the cuts.
      for (size_t p = 0; p < packs; ++p) tie |= w[p] == looked_up(table, count[p]);
    } else {
      for (size_t k = 0; k < n_cuts; ++k) {
        const Shorts cut = cuts[k] - Shorts{};
        for (size_t p = 0; p < packs; ++p) {
          count[p] -= w[p] > cut;
          tie |= w[p] == cut;
        }
      }
    }
    std::memcpy(counts + i, count, sizeof count);
    if (eg::any_bit(__builtin_bit_cast(eg::Words<T>, tie))) *ties |= 1u << (i / 64);
  }
}
EG_DISPATCH(count_cuts,
            (const uint16_t* words, size_t n, const uint16_t* cuts, size_t n_cuts, uint16_t* counts, uint32_t* ties),
            (words, n, cuts, n_cuts, counts, ties))

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
  alignas(64) uint16_t words[piece], counts[piece];
  for (size_t at = 0; at < out.size();) {
    const uint64_t unit = first_unit + at, offset = unit % group;
    const size_t n = std::min<size_t>(out.size() - at, piece - offset), groups = (offset + n + group - 1) / group;
    const auto to = out.subspan(at, n);
    uint32_t ties = 0;
    fill_words16(key, step, unit / group, groups, words);
    count_cuts(words, groups * group, table.cuts.data(), table.cuts.size(), counts, &ties);
    widen_to(counts + offset, to.data(), n);
    for (; ties != 0; ties &= ties - 1) {
      const size_t from = static_cast<size_t>(std::countr_zero(ties)) * group;
      for (size_t k = std::max(from, offset); k < std::min(from + group, offset + n); ++k)
        if (std::ranges::find(table.cuts, words[k]) != table.cuts.end())
          to[k - offset] = static_cast<Real>(count_of_word(key, step, unit + k - offset, mean, words[k]));
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

double reference_poisson(uint64_t key, uint64_t step, uint64_t unit, double mean) {
  if (mean > largest_mean_of_words) return quantile(mean, reference_uniform(key, step, unit));
  return count_of_word(key, step, unit, mean, reference_word16(key, step, unit));
}

}  // namespace encephagen
