// Tests of core.eprop_readout against finite differences of the loss.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "edge_harness.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace core;
using encephagen::testing::EdgeHarness;

TEST_CASE("eprop_readout: the gradient is that of the loss within the sequence, by finite differences") {
  const size_t n_in = 4, n_steps = 80, begin = 10, end = 70;
  for (const double tau : {0.0, 12.0}) {
    eg::Random random(1, "eprop_readout");
    std::vector<std::vector<uint32_t>> arrivals(n_in);
    for (auto& a : arrivals)
      for (uint32_t t = 0; t < n_steps; ++t)
        if (random.uniform() < 0.2) a.push_back(t);
    std::vector<double> w(n_in), target(n_steps);
    for (double& x : w) x = random.normal();
    for (double& x : target) x = random.normal();
    const double kappa = tau > 0 ? std::exp(-1 / tau) : 0;
    const auto errors = [&](const std::vector<double>& weights) {
      std::vector<double> out;
      double y = 0;
      for (size_t t = 0; t < n_steps; ++t) {
        double in = 0;
        for (size_t i = 0; i < n_in; ++i) in += weights[i] * static_cast<double>(std::ranges::count(arrivals[i], t));
        y = kappa * y + (1 - kappa) * in;
        out.push_back(y - target[t]);
      }
      return out;
    };
    const auto loss = [&](const std::vector<double>& weights) {
      const auto e = errors(weights);
      double sum = 0;
      for (size_t t = begin; t < end; ++t) sum += e[t] * e[t] / 2;
      return sum;
    };
    std::vector<EdgeHarness::Synapse> synapses;
    for (uint32_t i = 0; i < n_in; ++i) synapses.push_back({i, 0, w[i]});
    EdgeHarness h(eg::plasticity<EpropReadout>, n_in, 1, synapses, 1.0);
    h.set("learning_rate", 1e-3);
    h.set("update_every_ms", n_steps);
    h.set("sequence_begin_ms", begin), h.set("sequence_ms", end - begin);
    h.set("average_over_ms", 20);
    h.now("decay") = {kappa};
    h.init(n_steps);
    h.arrivals = arrivals;
    h.history("error")[0] = errors(w);
    h.update();
    for (size_t i = 0; i < n_in; ++i) {
      auto up = w, down = w;
      up[i] += 0.5, down[i] -= 0.5;
      CHECK_CLOSE((w[i] - h.weight[i]) / 1e-3 * 20, loss(up) - loss(down), 1e-9, 0);
    }
  }
}
