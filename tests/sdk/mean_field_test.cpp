// Self-consistent rates against Brunel (2000), a scan for all solutions, and the linear response.
#include <encephagen/sdk/mean_field.hpp>

#include "support.hpp"

using namespace eg;

namespace {

// Brunel 2000, model A: C_E = 1000, C_I = 250, J = 0.1 mV, external rate eta times the one that reaches threshold.
MeanFieldNetwork brunel(double g, double eta, double reset_mv = 10, size_t n_populations = 1) {
  MeanFieldNetwork net(n_populations);
  for (size_t i = 0; i < n_populations; ++i) {
    net.neuron[i].reset_mv = reset_mv;
    const double threshold_rate_hz = 1000 * 20 / (0.1 * 20);
    net.external[i] = poisson_input(net.neuron[i], eta * threshold_rate_hz, 0.1);
    net.connect(i, 0, 1000, 0.1);
    net.connect(i, n_populations - 1, 250, -g * 0.1);
  }
  return net;
}

}  // namespace

TEST_CASE("mean field: Brunel's theoretical rates") {
  // (g, eta) and Hz: the theory column of Brunel 2000, table 1, with more digits from an independent program.
  struct Row {
    double g, eta, reset, hz;
  };
  for (const Row& row : {Row{6, 4, 10, 55.84}, Row{5, 2, 10, 37.95}, Row{4.5, 0.9, 10, 6.52}, Row{5, 2, 0, 32.03}}) {
    const auto found = solve_mean_field(brunel(row.g, row.eta, row.reset));
    REQUIRE(found.size() == 1);
    CHECK_CLOSE(found[0].rate_hz[0], row.hz, 0, 0.006);
    CHECK(found[0].residual_hz < 1e-9);
    // Two populations with the same input are the same population.
    const auto two = solve_mean_field(brunel(row.g, row.eta, row.reset, 2));
    REQUIRE(two.size() == 1);
    CHECK_CLOSE(two[0].rate_hz[0], found[0].rate_hz[0], 1e-9, 0);
    CHECK_CLOSE(two[0].rate_hz[1], found[0].rate_hz[0], 1e-9, 0);
  }
}

TEST_CASE("mean field: dominated by excitation, the rate nears the inverse of the refractory period") {
  const auto found = solve_mean_field(brunel(3, 2));
  REQUIRE(found.size() == 1);
  CHECK(found[0].rate_hz[0] > 300);
  CHECK(found[0].rate_hz[0] < 500);
}

TEST_CASE("mean field: both stable states of a bistable network are found, as a scan of the rate finds them") {
  const auto net = brunel(3.5, 0.8);
  const auto mismatch = [&](double hz) { return net.rates_given({hz})[0] - hz; };
  std::vector<double> stable;  // where the mismatch falls through 0
  for (double hz = 0.001; hz < 499; hz += 0.01)
    if (mismatch(hz) > 0 && mismatch(hz + 0.01) <= 0) stable.push_back(hz);
  if (mismatch(0.001) <= 0) stable.insert(stable.begin(), 0.0);
  const auto found = solve_mean_field(net);
  REQUIRE(stable.size() == 2);
  REQUIRE(found.size() == 2);
  for (size_t i = 0; i < 2; ++i) CHECK_CLOSE(found[i].rate_hz[0], stable[i], 0, 0.011);
}

TEST_CASE("mean field: populations of different make each solve their own equation") {
  MeanFieldNetwork net(3);
  net.neuron[1].tau_m_ms = 10;
  net.neuron[2].threshold_mv = 18;
  for (size_t i = 0; i < 3; ++i) {
    net.external[i] = poisson_input(net.neuron[i], 12000 + 500 * static_cast<double>(i), 0.1);
    for (size_t j = 0; j < 3; ++j) net.connect(i, j, 100 + 20 * static_cast<double>(i), j == 1 ? -0.5 : 0.1);
  }
  const auto found = solve_mean_field(net);
  REQUIRE(found.size() == 1);
  for (size_t i = 0; i < 3; ++i) {
    NoisyInput in = net.external[i];
    for (size_t j = 0; j < 3; ++j)
      in = in +
           poisson_input(net.neuron[i], found[0].rate_hz[j] * (100 + 20 * static_cast<double>(i)), j == 1 ? -0.5 : 0.1);
    CHECK_CLOSE(found[0].rate_hz[i], siegert_rate_hz(net.neuron[i], in), 1e-9, 0);
  }
}

TEST_CASE("mean field: the response matrix equals differences of rates") {
  const auto net = brunel(5, 2, 10, 2);
  const std::vector<double> at{30, 35};
  const auto response = net.response(at);
  for (size_t j = 0; j < 2; ++j) {
    auto up = at, down = at;
    up[j] += 1e-3, down[j] -= 1e-3;
    for (size_t i = 0; i < 2; ++i)
      CHECK_CLOSE(response[i * 2 + j], (net.rates_given(up)[i] - net.rates_given(down)[i]) / 2e-3, 1e-6, 1e-8);
  }
}

TEST_CASE("mean field: linear equations are solved, and singular ones refused") {
  const auto x = detail::solve_linear({0, 2, 1, 1, 1, 0, 4, 0, 1}, {7, 3, 7});
  CHECK_CLOSE(x[0], 1, 1e-14, 0);
  CHECK_CLOSE(x[1], 2, 1e-14, 0);
  CHECK_CLOSE(x[2], 3, 1e-14, 0);
  CHECK_THROWS_WITH(detail::solve_linear({1, 2, 2, 4}, {1, 1}), "the matrix of the mean-field equations is singular");
}
