// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, SC'11, "Parallel random numbers: as easy as 1, 2,
// 3"). A value depends on its key and counter alone, so results are the same for any thread count or order.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace eg {

__extension__ using Wide = unsigned __int128;

struct Philox {
  using Block = std::array<uint32_t, 4>;
  static constexpr uint32_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u, w0 = 0x9E3779B9u, w1 = 0xBB67AE85u;

  static constexpr Block generate(Block c, uint64_t key) {
    auto k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
      const uint64_t p0 = uint64_t{m0} * c[0], p1 = uint64_t{m1} * c[2];
      c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
           static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
      k0 += w0, k1 += w1;
    }
    return c;
  }
};

// A 64-bit key for a named stream below a seed: mix_key(seed, "noise", population_index).
constexpr uint64_t mix_key(uint64_t seed, std::string_view name, uint64_t index = 0) {
  uint64_t h = 0xcbf29ce484222325ull;  // FNV-1a over the name, then two Philox blocks to mix everything
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  const auto a = Philox::generate({static_cast<uint32_t>(h), static_cast<uint32_t>(h >> 32),
                                   static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32)},
                                  seed);
  return (uint64_t{a[1]} << 32) | a[0];
}

// A sequence of numbers drawn from one key. Cheap to make; one per stream and thread.
class Random {
 public:
  explicit Random(uint64_t key) : key_(key) {}
  Random(uint64_t seed, std::string_view stream, uint64_t index = 0) : key_(mix_key(seed, stream, index)) {}

  uint32_t next_u32() {
    if (left_ == 0) {
      block_ = Philox::generate({static_cast<uint32_t>(counter_), static_cast<uint32_t>(counter_ >> 32), 0, 0}, key_);
      ++counter_;
      left_ = 4;
    }
    return block_[4 - left_--];
  }
  uint64_t next_u64() {
    const uint64_t low = next_u32();
    return low | (uint64_t{next_u32()} << 32);
  }
  // In (0, 1), 53 bits, never 0 or 1.
  double uniform() { return (static_cast<double>(next_u64() >> 11) + 0.5) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // In [0, n), without bias (Lemire 2019).
  uint64_t below(uint64_t n) {
    for (;;) {
      const uint64_t x = next_u64();
      const auto m = static_cast<Wide>(x) * n;
      if (static_cast<uint64_t>(m) >= (0 - n) % n) return static_cast<uint64_t>(m >> 64);
    }
  }
  // Mean 0, variance 1 (Box and Muller 1958).
  double normal() {
    const double r = std::sqrt(-2.0 * std::log(uniform()));
    return r * std::cos(6.283185307179586476925 * uniform());
  }
  template <class T>
  void shuffle(std::span<T> v) {
    for (size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[below(i)]);
  }

 private:
  uint64_t key_, counter_ = 0;
  Philox::Block block_{};
  unsigned left_ = 0;
};

}  // namespace eg
