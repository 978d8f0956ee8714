// Tests of core.ridge: the normal equations hold for its weights, and it finds the weights that made a target.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "edge_harness.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace core;
using encephagen::testing::EdgeHarness;

namespace {

struct Problem {
  size_t n_in, n_steps;
  double kappa;
  std::vector<std::vector<uint32_t>> arrivals;
  std::vector<double> target, counts;
  std::vector<std::vector<double>> filtered;  // [input][step]

  Problem(size_t inputs, size_t steps, double tau, double share_that_counts)
      : n_in(inputs), n_steps(steps), kappa(std::exp(-1 / tau)), arrivals(inputs), filtered(inputs) {
    eg::Random random(1, "ridge", inputs);
    for (size_t i = 0; i < n_in; ++i) {
      double f = 0;
      for (uint32_t t = 0; t < n_steps; ++t) {
        f *= kappa;
        if (random.uniform() < 0.2) arrivals[i].push_back(t), f += 1 - kappa;
        filtered[i].push_back(f);
      }
    }
    for (size_t t = 0; t < n_steps; ++t)
      target.push_back(random.normal()), counts.push_back(random.uniform() < share_that_counts);
  }
  std::vector<double> weights(double ridge, size_t begin = 0, size_t length = 0) const {
    std::vector<EdgeHarness::Synapse> synapses;
    for (uint32_t i = 0; i < n_in; ++i) synapses.push_back({i, 0, 5.0});
    EdgeHarness h(eg::plasticity<Ridge>, n_in, 1, synapses, 1.0);
    h.set("ridge", ridge);
    h.set("update_every_ms", static_cast<double>(n_steps));
    h.set("sequence_begin_ms", static_cast<double>(begin)), h.set("sequence_ms", static_cast<double>(length));
    h.now("decay") = {kappa};
    h.init(n_steps);
    h.arrivals = arrivals;
    h.history("target")[0] = target, h.history("counts")[0] = counts;
    h.update();
    return h.weight;
  }
};

}  // namespace

TEST_CASE("ridge: the weights solve the normal equations, with more steps than inputs and with fewer") {
  for (const auto& [n_in, share] : {std::pair<size_t, double>{6, 0.7}, {40, 0.2}}) {
    const Problem p(n_in, 100, 8, share);
    const double ridge = 0.05;
    const size_t begin = 12, end = 90;
    const auto w = p.weights(ridge, begin, end - begin);
    double n_counts = 0;
    for (size_t t = begin; t < end; ++t) n_counts += p.counts[t];
    CHECK((n_counts > static_cast<double>(n_in)) == (n_in == 6));
    for (size_t i = 0; i < n_in; ++i) {
      double gradient = ridge * w[i];
      for (size_t t = begin; t < end; ++t) {
        double y = 0;
        for (size_t l = 0; l < n_in; ++l) y += w[l] * p.filtered[l][t];
        gradient += p.counts[t] * p.filtered[i][t] * (y - p.target[t]);
      }
      CHECK_CLOSE(gradient, 0.0, 0, 1e-11);
    }
  }
}

TEST_CASE("ridge: finds the weights that made the target") {
  Problem p(5, 400, 15, 1);
  const double made[] = {1, -2, 0.5, 3, 0};
  for (size_t t = 0; t < p.n_steps; ++t) {
    p.target[t] = 0;
    for (size_t i = 0; i < 5; ++i) p.target[t] += made[i] * p.filtered[i][t];
  }
  const auto w = p.weights(1e-10);
  for (size_t i = 0; i < 5; ++i) CHECK_CLOSE(w[i], made[i], 0, 1e-7);
}

TEST_CASE("ridge: where no step counts, weights stay") {
  const Problem p(3, 50, 8, 0);
  CHECK(p.weights(1) == std::vector<double>{5, 5, 5});
}
