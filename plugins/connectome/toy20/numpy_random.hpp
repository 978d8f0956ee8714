// numpy's default random stream: PCG64 (O'Neill 2014, HMC-CS-2014-0905: PCG XSL-RR 128/64) seeded through SeedSequence
// (O'Neill 2015, "Developing a seed_seq alternative"), so that networks drawn with numpy can be drawn again.
#pragma once
#include <array>
#include <cstdint>

#include "encephagen/sdk/random.hpp"  // eg::Wide, 128 bits

namespace connectomes {

// numpy.random.SeedSequence(seed) for a seed below 2^32: a pool of four words mixed until every bit depends on all
// others.
class NumpySeedSequence {
 public:
  explicit NumpySeedSequence(uint32_t seed) {
    uint32_t constant = 0x43b0d7e5u;
    const auto hash = [&constant](uint32_t value) {
      value ^= constant;
      constant *= 0x931e8875u;
      value *= constant;
      return value ^ (value >> 16);
    };
    for (size_t i = 0; i < pool_.size(); ++i) pool_[i] = hash(i == 0 ? seed : 0);
    for (size_t from = 0; from < pool_.size(); ++from) {
      for (size_t to = 0; to < pool_.size(); ++to) {
        if (from == to) continue;
        const uint32_t mixed = 0xca01f9ddu * pool_[to] - 0x4973f715u * hash(pool_[from]);
        pool_[to] = mixed ^ (mixed >> 16);
      }
    }
  }

  // generate_state(4, uint64)
  std::array<uint64_t, 4> state() const {
    std::array<uint64_t, 4> out{};
    uint32_t constant = 0x8b51f9ddu;
    for (size_t i = 0; i < 8; ++i) {
      uint32_t word = pool_[i % 4] ^ constant;
      constant *= 0x58f38dedu;
      word *= constant;
      word ^= word >> 16;
      out[i / 2] |= uint64_t{word} << (32 * (i % 2));
    }
    return out;
  }

 private:
  std::array<uint32_t, 4> pool_{};
};

// numpy.random.default_rng(seed)
class NumpyRandom {
 public:
  explicit NumpyRandom(uint32_t seed) {
    const auto words = NumpySeedSequence(seed).state();
    increment_ = (wide(words[2], words[3]) << 1) | 1;
    state_ = increment_;  // one step from 0
    state_ += wide(words[0], words[1]);
    step();
  }
  uint64_t next() {
    step();
    const auto folded = static_cast<uint64_t>(state_ >> 64) ^ static_cast<uint64_t>(state_);
    const auto turn = static_cast<unsigned>(state_ >> 122);
    return (folded >> turn) | (folded << ((64 - turn) & 63));
  }
  // Generator.uniform(low, high): 53 bits in [low, high)
  double uniform(double low, double high) { return low + (high - low) * (static_cast<double>(next() >> 11) * 0x1p-53); }

 private:
  static constexpr eg::Wide wide(uint64_t high, uint64_t low) { return (static_cast<eg::Wide>(high) << 64) | low; }
  void step() { state_ = state_ * wide(0x2360ed051fc65da4ull, 0x4385df649fccf645ull) + increment_; }

  eg::Wide state_ = 0, increment_ = 0;
};

}  // namespace connectomes
