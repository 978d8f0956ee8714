// Random columns against the plain code that defines them, for any range of units, and against the distributions they
// are to follow. CTest runs this once for every width of pack.
#include "engine/random_fill.hpp"

#include <array>
#include <vector>

#include "engine/poisson_fill.hpp"
#include "support.hpp"

using namespace encephagen;

namespace {

constexpr uint64_t key = 0x243F6A8885A308D3u;
constexpr uint64_t late = (uint64_t{5} << 32) + 17;  // a step whose upper half counts

using Fill = void (*)(uint64_t, uint64_t, uint64_t, std::span<double>);
using Reference = double (*)(uint64_t, uint64_t, uint64_t);

// How many of the values differ from the reference.
size_t differing(Fill fill, Reference reference, uint64_t step, uint64_t first, size_t n) {
  std::vector<double> out(n + 2, -77);
  fill(key, step, first, {out.data() + 1, n});
  size_t wrong = (out.front() != -77) + (out.back() != -77);
  for (size_t i = 0; i < n; ++i) wrong += out[i + 1] != reference(key, step, first + i);
  return wrong;
}

void same_as_reference(Fill fill, Reference reference) {
  for (const uint64_t step : {uint64_t{0}, uint64_t{3}, late})
    for (const uint64_t first : {uint64_t{0}, uint64_t{1}, uint64_t{31}, uint64_t{96}, (uint64_t{1} << 34) + 40})
      for (const size_t n : {size_t{0}, size_t{1}, size_t{7}, size_t{32}, size_t{33}, size_t{500}}) {
        CAPTURE(step);
        CAPTURE(first);
        CAPTURE(n);
        CHECK(differing(fill, reference, step, first, n) == 0);
      }
}

struct Moments {
  double mean = 0, variance = 0, fourth = 0;
  explicit Moments(const std::vector<double>& x) {
    for (const double v : x) mean += v;
    mean /= static_cast<double>(x.size());
    for (const double v : x) variance += std::pow(v - mean, 2), fourth += std::pow(v - mean, 4);
    variance /= static_cast<double>(x.size()), fourth /= static_cast<double>(x.size());
  }
};

constexpr size_t n_values = 400'000;

std::vector<double> values(Fill fill, uint64_t step) {
  std::vector<double> out(n_values);
  fill(key, step, 0, out);
  return out;
}

}  // namespace

TEST_CASE("random fill: uniform and normal columns are the reference's, for any range of units") {
  same_as_reference(fill_uniform, reference_uniform);
  same_as_reference(fill_normal, reference_normal);
}

TEST_CASE("random fill: words of 16 bits are the reference's, for any number of groups") {
  for (const uint64_t step : {uint64_t{0}, uint64_t{9}, late})
    for (const uint64_t first : {uint64_t{0}, uint64_t{3}, (uint64_t{1} << 32) + 5})
      for (uint64_t n = 0; n <= 17; ++n) {
        CAPTURE(step);
        CAPTURE(first);
        CAPTURE(n);
        std::vector<uint16_t> out(64 * n + 1, 4711);
        fill_words16(key, step, first, n, out.data());
        size_t wrong = out.back() != 4711;
        for (size_t i = 0; i < 64 * n; ++i) wrong += out[i] != reference_word16(key, step, 64 * first + i);
        CHECK(wrong == 0);
      }
}

TEST_CASE("random fill: uniform numbers fill (0, 1) evenly") {
  const auto x = values(fill_uniform, 4);
  std::array<double, 100> bins{};
  for (const double v : x) {
    REQUIRE((v > 0 && v < 1));
    bins[static_cast<size_t>(v * 100)] += 1;
  }
  double chi2 = 0;
  for (const double b : bins) chi2 += std::pow(b - n_values / 100.0, 2) / (n_values / 100.0);
  CHECK(chi2 < 99 + 5 * std::sqrt(2 * 99.0));
  CHECK_CLOSE(Moments(x).mean, 0.5, 0, 4 * std::sqrt(1 / 12.0 / n_values));
}

TEST_CASE("random fill: normal numbers have the moments and tails of the normal distribution") {
  const auto x = values(fill_normal, 4);
  const Moments m(x);
  CHECK_CLOSE(m.mean, 0, 0, 4 / std::sqrt(double{n_values}));
  CHECK_CLOSE(m.variance, 1, 0, 4 * std::sqrt(2.0 / n_values));
  CHECK_CLOSE(m.fourth, 3, 0, 4 * std::sqrt(96.0 / n_values));
  for (const double z : {1.0, 2.0, 3.0, 4.0}) {
    double beyond = 0;
    for (const double v : x) beyond += v > z;
    const double expected = n_values * 0.5 * std::erfc(z / std::sqrt(2.0));
    CHECK_CLOSE(beyond, expected, 0, 4 * std::sqrt(expected));
  }
}

TEST_CASE("random fill: neighbouring units and steps are independent") {
  const auto x = values(fill_normal, 4), next = values(fill_normal, 5);
  double of_steps = 0;
  for (size_t i = 0; i < n_values; ++i) of_steps += x[i] * next[i];
  CHECK_CLOSE(of_steps / n_values, 0, 0, 4 / std::sqrt(double{n_values}));
  for (const size_t apart : {1u, 2u, 8u, 16u, 32u}) {
    double of_units = 0;
    for (size_t i = 0; i + apart < n_values; ++i) of_units += x[i] * x[i + apart];
    CAPTURE(apart);
    CHECK_CLOSE(of_units / n_values, 0, 0, 4 / std::sqrt(double{n_values}));
  }
}

TEST_CASE("random fill: every bit of the words is a coin, and words of neighbouring units have nothing in common") {
  std::vector<uint16_t> word(64 * 4000);
  fill_words16(key, 1, 0, 4000, word.data());
  const auto n = static_cast<double>(word.size());
  for (int bit = 0; bit < 16; ++bit) {
    double ones = 0, alike = 0;
    for (size_t i = 0; i < word.size(); ++i) {
      ones += word[i] >> bit & 1;
      alike += i > 0 && ((word[i] ^ word[i - 1]) >> bit & 1) == 0;
    }
    CHECK_CLOSE(ones, n / 2, 0, 2 * std::sqrt(n));
    CHECK_CLOSE(alike, n / 2, 0, 2 * std::sqrt(n));
  }
}
