// The random numbers that plugins draw: Philox against its published vectors, the distributions against their moments.
#include "encephagen/sdk/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "support.hpp"

namespace {

constexpr int kDraws = 200'000;

// Five standard errors of a mean of kDraws: a false alarm once in 1.7 million seeds, and the seed is fixed.
double five_errors(double standard_deviation) { return 5 * standard_deviation / std::sqrt(double{kDraws}); }

}  // namespace

TEST_CASE("random: Philox4x32-10 gives the known answers of Random123") {
  using Block = eg::Philox::Block;
  CHECK(eg::Philox::generate({0, 0, 0, 0}, 0) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(eg::Philox::generate({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(eg::Philox::generate({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("random: one key gives one sequence; another seed, name or index another") {
  std::set<uint64_t> keys;
  for (const uint64_t seed : {0u, 1u, 2u})
    for (const char* name : {"noise", "wiring", "noisf"})
      for (const uint64_t index : {0u, 1u, 1000u}) keys.insert(eg::mix_key(seed, name, index));
  CHECK(keys.size() == 27);
  eg::Random a(7, "noise", 3), b(7, "noise", 3);
  for (int i = 0; i < 100; ++i) CHECK(a.next_u64() == b.next_u64());
}

TEST_CASE("random: uniform numbers lie inside (0, 1), with mean 1/2 and variance 1/12") {
  eg::Random random(1);
  double sum = 0, squares = 0;
  bool inside = true;
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.uniform();
    inside = inside && u > 0 && u < 1;
    sum += u, squares += (u - 0.5) * (u - 0.5);
  }
  CHECK(inside);
  CHECK_CLOSE(sum / kDraws, 0.5, 0, five_errors(std::sqrt(1.0 / 12)));
  CHECK_CLOSE(squares / kDraws, 1.0 / 12, 0, five_errors(std::sqrt(1.0 / 180)));
}

TEST_CASE("random: normal numbers have mean 0, variance 1, no skew, kurtosis 3 and the right share beyond 3") {
  eg::Random random(2);
  std::array<double, 4> moment{};
  int beyond_3 = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    moment[0] += x, moment[1] += x * x, moment[2] += x * x * x, moment[3] += x * x * x * x;
    if (std::abs(x) > 3) ++beyond_3;
  }
  CHECK_CLOSE(moment[0] / kDraws, 0.0, 0, five_errors(1));
  CHECK_CLOSE(moment[1] / kDraws, 1.0, 0, five_errors(std::sqrt(2.0)));
  CHECK_CLOSE(moment[2] / kDraws, 0.0, 0, five_errors(std::sqrt(15.0)));
  CHECK_CLOSE(moment[3] / kDraws, 3.0, 0, five_errors(std::sqrt(96.0)));
  const double p = 0.0026997960632601866;  // 2 (1 - Phi(3))
  CHECK_CLOSE(double(beyond_3) / kDraws, p, 0, five_errors(std::sqrt(p * (1 - p))));
}

TEST_CASE("random: below(n) draws every number below n equally often, and none above") {
  for (const uint64_t n : {1u, 3u, 7u}) {
    eg::Random random(n);
    std::vector<int> count(n);
    for (int i = 0; i < kDraws; ++i) ++count.at(random.below(n));
    const double p = 1.0 / static_cast<double>(n);
    for (const int c : count) CHECK_CLOSE(double(c) / kDraws, p, 0, five_errors(std::sqrt(p * (1 - p))) + 1e-12);
  }
  eg::Random random(9);
  const uint64_t huge = uint64_t{3} << 62;  // rejects a quarter of the draws: the loop is taken
  for (int i = 0; i < 1000; ++i) CHECK(random.below(huge) < huge);
}

TEST_CASE("random: shuffle reaches every order of three equally often") {
  eg::Random random(4);
  std::map<std::array<int, 3>, int> count;
  for (int i = 0; i < kDraws; ++i) {
    std::array<int, 3> order{0, 1, 2};
    random.shuffle(std::span<int>(order));
    ++count[order];
  }
  CHECK(count.size() == 6);
  const double p = 1.0 / 6;
  for (const auto& [order, n] : count) CHECK_CLOSE(double(n) / kDraws, p, 0, five_errors(std::sqrt(p * (1 - p))));
}
