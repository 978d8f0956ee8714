// Dense rate coupling: every way to sum gives the bits of the plain formula.
#include "engine/rate_coupling.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "encephagen/sdk/random.hpp"
#include "engine/rate_kernels.hpp"

using namespace encephagen;

namespace {

// scale times the sum over pairs of neighbouring sources, one number after the other.
std::vector<double> plain(const std::vector<double>& weights, size_t n_target, const std::vector<double>& activity,
                          double scale) {
  std::vector<double> out(n_target, 0.0);
  const size_t n = activity.size();
  for (size_t i = 0; i < n_target; ++i) {
    double sum = 0;
    for (size_t j = 0; j < n; j += 2)
      sum += weights[i * n + j] * activity[j] + (j + 1 < n ? weights[i * n + j + 1] * activity[j + 1] : 0.0);
    out[i] = scale * sum;
  }
  return out;
}

std::vector<double> draw(size_t n, const std::vector<double>& values, eg::Random& random) {
  std::vector<double> out(n);
  for (double& w : out) w = values.empty() ? random.uniform() : values[random.below(values.size())];
  return out;
}

std::vector<double> coupled(RateCoupling& coupling, size_t n_target, const std::vector<double>& activity) {
  std::vector<double> out(n_target, 5.0);
  coupling.push(activity);
  coupling.compute(out);
  return out;
}

}  // namespace

TEST_CASE("rate coupling: few values, many values and any number of regions sum as the plain formula does") {
  eg::Random random(7, "rate_coupling_test");
  const std::vector<std::vector<double>> kinds = {{0, 1, 2, 3},         {0.1, 0.2, 0.3}, {0, -1.5}, {0.7},
                                                  {0.1, 0.2, 0.3, 0.4}, {0, 1, 2, 3, 4}, {}};
  for (const auto& values : kinds)
    for (const size_t n : {1u, 2u, 7u, 8u, 13u, 16u, 48u, 66u, 76u, 96u, 111u, 200u}) {
      CAPTURE(n);
      CAPTURE(values.size());
      const auto weights = draw(n * n, values, random);
      RateCoupling coupling(weights, n, n, {}, 0.3);
      if (!coupling.sums_pairs()) continue;  // hardly a weight: a list of terms
      for (int step = 0; step < 3; ++step) {
        const auto activity = draw(n, {}, random);
        CHECK(coupled(coupling, n, activity) == plain(weights, n, activity, 0.3));
      }
    }
}

TEST_CASE("rate coupling: targets and sources of different number, one delay for all") {
  eg::Random random(8, "rate_coupling_test");
  for (const auto& values : {std::vector<double>{0, 1, 2, 3}, std::vector<double>{}}) {
    const size_t n_target = 21, n_source = 35;
    const auto weights = draw(n_target * n_source, values, random);
    RateCoupling coupling(weights, n_target, n_source, std::vector<uint32_t>(n_target * n_source, 2), 1.0);
    std::vector<std::vector<double>> past;
    for (size_t step = 0; step < 6; ++step) {
      past.push_back(draw(n_source, {}, random));
      CHECK(coupled(coupling, n_target, past.back()) == plain(weights, n_target, past[step < 2 ? 0 : step - 2], 1.0));
    }
  }
}
