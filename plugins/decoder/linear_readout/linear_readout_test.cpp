// Tests of core.linear_readout against its equations written out.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::LinearReadout;
using encephagen::testing::UnitHarness;

TEST_CASE("linear_readout: a constant rate settles at weight times rate, on the way by e^(-t / tau)") {
  UnitHarness h(eg::decoder<LinearReadout>, 1, 0.5);
  h.set("tau_out_ms", 10);
  h.init();
  for (int k = 1; k <= 40; ++k) {
    h.input("spikes")[0] = 3;
    h.step();
    CHECK_CLOSE(h.state("y")[0], 3 * (1 - std::exp(-0.05 * k)), 1e-13, 0);
  }
  UnitHarness without_memory(eg::decoder<LinearReadout>, 1, 0.5);
  without_memory.set("tau_out_ms", 0);
  without_memory.init();
  without_memory.input("spikes")[0] = 3;
  without_memory.step();
  CHECK(without_memory.state("y")[0] == 3);
  without_memory.step();
  CHECK(without_memory.state("y")[0] == 0);
}

TEST_CASE("linear_readout: error, loss and evidence are those of the formulas, in steps that count") {
  for (const bool is_entropy : {false, true})
    for (const bool gated : {false, true}) {
      const size_t n = 3;
      UnitHarness h(eg::decoder<LinearReadout>, n, 1.0);
      h.set("tau_out_ms", 5);
      h.set("gated", gated);
      h.choose("loss", is_entropy ? "cross_entropy" : "mse");
      h.init();
      eg::Random random(3, "linear_readout");
      const double kappa = std::exp(-0.2);
      double y[n] = {}, loss[n] = {}, evidence[n] = {}, target_sum[n] = {};
      for (int t = 0; t < 50; ++t) {
        const bool counts = !gated || t % 3 == 1;
        for (size_t k = 0; k < n; ++k) {
          const double in = random.uniform(-4, 4), target = random.uniform();
          h.input("spikes")[k] = in;
          h.input("target")[k] = target;
          h.input("gate")[k] = counts ? -0.5 : 0;  // anything but 0
          y[k] = kappa * y[k] + (1 - kappa) * in;
        }
        const auto target = h.input("target");
        h.step();
        const double sum = std::exp(y[0]) + std::exp(y[1]) + std::exp(y[2]);
        for (size_t k = 0; k < n; ++k) {
          const double q = std::exp(y[k]) / sum, error = (is_entropy ? q : y[k]) - target[k];
          if (counts) {
            loss[k] += is_entropy ? -target[k] * std::log(q) : error * error / 2;
            evidence[k] += q, target_sum[k] += target[k];
          }
          CHECK_CLOSE(h.state("y")[k], y[k], 1e-13, 1e-15);
          CHECK_CLOSE(h.state("probability")[k], q, 1e-13, 0);
          CHECK_CLOSE(h.state("error")[k], counts ? error : 0, 1e-12, 1e-15);
          CHECK_CLOSE(h.state("loss")[k], loss[k], 1e-12, 0);
          CHECK_CLOSE(h.state("evidence")[k], evidence[k], 1e-13, 0);
          CHECK(h.state("target")[k] == target[k]);
          CHECK(h.state("counts")[k] == counts);
        }
        const auto most = [](const double(&x)[n]) { return std::max_element(x, x + n) - x; };
        const bool is_decided = !gated || t > 0;
        CHECK(h.state("is_correct") == std::vector<double>(n, is_decided && most(evidence) == most(target_sum)));
      }
    }
}

TEST_CASE("linear_readout: probabilities of sums that are far apart neither overflow nor lose the loss") {
  UnitHarness h(eg::decoder<LinearReadout>, 2, 1.0);
  h.set("tau_out_ms", 0);
  h.choose("loss", "cross_entropy");
  h.init();
  h.input("spikes") = {900, -900};
  h.input("target") = {0, 1};
  h.step();
  CHECK(h.state("probability")[0] == 1);
  CHECK(h.state("loss") == std::vector<double>{0, 1800});
  CHECK(h.state("is_correct") == std::vector<double>{0, 0});
}

TEST_CASE("linear_readout: actions are the first sums, and never more than there are units") {
  const auto& table = *static_cast<const eg_unit*>(eg::decoder<LinearReadout>.table);
  UnitHarness h(eg::decoder<LinearReadout>, 3, 1.0);
  h.init();
  std::vector<double*> state;
  for (auto& c : h.states()) state.push_back(c.data());
  std::vector<double> in{1, 2, 3}, none(3, 0.0), action(2, -1.0);
  const std::vector<const double*> input{in.data(), none.data(), none.data()};
  eg_unit_block b{};
  b.size = sizeof b, b.n = 3, b.dt_ms = 1;
  b.state = state.data(), b.input = input.data();
  b.shared_out = action.data(), b.n_shared_out = 2;
  eg_error err{};
  std::vector<eg_value> values;
  const auto& plugin = eg::decoder<LinearReadout>;
  for (uint32_t i = 0; i < plugin.n_params; ++i) values.push_back(plugin.params[i].preset);
  const std::unique_ptr<void, void (*)(void*)> self(table.create(values.data(), &err), table.destroy);
  REQUIRE(table.step(self.get(), &b, &err) == EG_OK);
  CHECK(action == std::vector<double>{h.state("y")[0], h.state("y")[1]});
  CHECK(action[1] > action[0]);
  b.n_shared_out = 4;
  CHECK(table.step(self.get(), &b, &err) == EG_FAILED);
  CHECK(std::string(err.text) ==
        "4 actions are asked of 3 units: each unit gives one, so set n to the number of actions");
}
