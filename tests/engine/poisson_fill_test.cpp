// Poisson columns against the plain code that defines them and against the distribution. CTest runs this once for every
// width of pack.
#include "engine/poisson_fill.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include "encephagen/sdk/random.hpp"
#include "support.hpp"

using namespace encephagen;

namespace {

constexpr uint64_t key = 0x13198A2E03707344u;
constexpr double per_hz = 1e-4;  // steps of 0.1 ms

template <class Real>
std::vector<Real> rates_of_mean(double mean, size_t n) {
  return std::vector<Real>(n, static_cast<Real>(mean / per_hz));
}

template <class Real>
std::vector<Real> filled(uint64_t step, uint64_t first, const std::vector<Real>& rates) {
  std::vector<Real> out(rates.size());
  PoissonTable table;
  fill_poisson<Real>(key, step, first, rates, per_hz, out, table);
  return out;
}

template <class Real>
size_t differing(uint64_t step, uint64_t first, const std::vector<Real>& rates, const std::vector<Real>& counts) {
  size_t wrong = 0;
  for (size_t i = 0; i < rates.size(); ++i)
    wrong += static_cast<double>(counts[i]) !=
             reference_poisson(key, step, first + i, static_cast<double>(rates[i]) * per_hz);
  return wrong;
}

std::string refusal(double rate, size_t place) {
  std::vector<double> rates(80, 1000), out(80);
  rates[place] = rate;
  PoissonTable table;
  try {
    fill_poisson<double>(key, 0, 0, rates, 1e-3, out, table);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE_TEMPLATE("poisson fill: counts of one mean are the reference's", Real, float, double) {
  for (const double mean : {0.0, 1e-7, 0.01, 0.175, 2.0, 8.0, 11.999, 12.001, 30.0, 599.0, 601.0, 50000.0}) {
    CAPTURE(mean);
    for (const uint64_t first : {uint64_t{0}, uint64_t{1}, uint64_t{63}, uint64_t{1000}, (uint64_t{1} << 33) + 129}) {
      const auto rates = rates_of_mean<Real>(mean, 70);
      CHECK(differing(8, first, rates, filled(8, first, rates)) == 0);
    }
  }
}

TEST_CASE_TEMPLATE("poisson fill: so are those that 16 bits do not decide", Real, float, double) {
  for (const double mean : {0.01, 0.175, 2.0, 11.0}) {
    CAPTURE(mean);
    const auto rates = rates_of_mean<Real>(mean, 60'000);
    CHECK(differing(77, 5, rates, filled(77, 5, rates)) == 0);
  }
}

TEST_CASE_TEMPLATE("poisson fill: counts of mixed means are the reference's", Real, float, double) {
  eg::Random random(1, "rates");
  std::vector<Real> rates(5000);
  for (auto& r : rates)
    r = static_cast<Real>(random.uniform() < 0.1 ? 0 : std::exp(random.uniform(std::log(10), std::log(1e6))));
  CHECK(differing(3, 17, rates, filled(3, 17, rates)) == 0);
  rates.assign(3000, Real{1750});
  rates[2999] = 20;  // uniform but for the last
  CHECK(differing(3, 0, rates, filled(3, 0, rates)) == 0);
}

TEST_CASE_TEMPLATE("poisson fill: any split of the units gives the same, and so does a table used before", Real, float,
                   double) {
  for (const double mean : {0.175, 40.0}) {
    const auto rates = rates_of_mean<Real>(mean, 4000);
    const auto whole = filled(12, 100, rates);
    eg::Random random(2, "split");
    PoissonTable table;
    std::vector<Real> parts(rates.size()), other(64, Real{500});
    for (size_t at = 0; at < parts.size();) {
      const size_t n = std::min<size_t>(parts.size() - at, 1 + random.below(700));
      fill_poisson<Real>(key, 12, 100 + at, std::span(rates).subspan(at, n), per_hz, std::span(parts).subspan(at, n),
                         table);
      std::vector<Real> unused(64);
      fill_poisson<Real>(key, 12, 0, other, per_hz, unused, table);
      at += n;
    }
    CHECK(parts == whole);
  }
}

TEST_CASE("poisson fill: counts follow the distribution, with its mean and variance") {
  for (const double mean : {0.01, 0.175, 2.0, 8.0, 30.0}) {
    CAPTURE(mean);
    constexpr size_t n = 400'000;
    const auto counts = filled(1, 0, rates_of_mean<double>(mean, n));
    const double m = static_cast<double>(rates_of_mean<double>(mean, 1)[0]) * per_hz;
    std::vector<double> seen;
    double sum = 0, squares = 0;
    for (const double c : counts) {
      if (c >= static_cast<double>(seen.size())) seen.resize(static_cast<size_t>(c) + 1);
      seen[static_cast<size_t>(c)] += 1, sum += c, squares += (c - m) * (c - m);
    }
    CHECK_CLOSE(sum / n, m, 0, 4 * std::sqrt(m / n));
    CHECK_CLOSE(squares / n, m, 0, 4 * std::sqrt((m + 2 * m * m) / n));
    // Neighbouring classes are joined until eight counts are expected; the last one takes the rest.
    double chi2 = 0, n_classes = 0, expected = 0, found = 0, left = n, unseen = n;
    for (size_t k = 0; left - expected > 8; ++k) {
      const auto x = static_cast<double>(k);
      expected += n * std::exp(x * std::log(m) - m - std::lgamma(x + 1));
      if (k < seen.size()) found += seen[k];
      if (expected < 8) continue;
      chi2 += (found - expected) * (found - expected) / expected, n_classes += 1;
      left -= expected, unseen -= found;
      expected = found = 0;
    }
    chi2 += (unseen - left) * (unseen - left) / left;
    CHECK(n_classes >= 2);
    CHECK_MESSAGE(chi2 < n_classes + 5 * std::sqrt(2 * n_classes), chi2, " with ", n_classes, " degrees of freedom");
  }
}

TEST_CASE("poisson fill: counts of neighbouring units and steps are independent") {
  constexpr size_t n = 200'000;
  const auto rates = rates_of_mean<double>(2, n);
  const auto now = filled(6, 0, rates), next = filled(7, 0, rates);
  for (const size_t apart : {0u, 1u, 2u, 4u, 32u}) {
    double sum = 0;
    for (size_t i = 0; i + apart < n; ++i) sum += (now[i] - 2) * ((apart == 0 ? next : now)[i + apart] - 2);
    CAPTURE(apart);
    CHECK_CLOSE(sum / n, 0, 0, 4 * 2 / std::sqrt(double{n}));
  }
}

TEST_CASE("poisson fill: a mean that cannot be meant is refused with its range") {
  const std::string range = " per step; it must lie in [0, 1e6]: change the rate or dt_ms";
  CHECK(refusal(-1000, 7) == "the mean of a Poisson column is -1.000000" + range);
  CHECK(refusal(2e9, 79) == "the mean of a Poisson column is 2000000.000000" + range);
  CHECK(refusal(std::numeric_limits<double>::quiet_NaN(), 0) == "the mean of a Poisson column is nan" + range);
  CHECK(refusal(1e9, 3) == "accepted");
}
