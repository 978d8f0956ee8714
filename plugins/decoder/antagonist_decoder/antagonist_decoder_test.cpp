// Tests of core.antagonist_decoder: what pairs of rates give.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::AntagonistDecoder;
using encephagen::testing::UnitHarness;

namespace {

// Actions when the groups have had these rates for long.
std::vector<double> at_rates(const std::vector<double>& rate_hz, size_t n_actions, double noise = 0) {
  UnitHarness h(eg::decoder<AntagonistDecoder>, rate_hz.size(), 1.0);
  h.set("tau_ms", 5), h.set("gain", 20), h.set("half_hz", 10), h.set("noise_sd", 0.5), h.set("group_size", 4);
  h.init();
  h.ask(n_actions);
  for (int k = 0; k < 500; ++k) {
    for (size_t u = 0; u < rate_hz.size(); ++u) h.input("spikes")[u] = 4 * rate_hz[u] * 1e-3;
    std::ranges::fill(h.random("noise"), noise);
    h.step();
  }
  return h.action();
}

}  // namespace

TEST_CASE("antagonist_decoder: silence and equal rates give nothing, one side alone half of the gain at half_hz") {
  CHECK(at_rates({0, 0}, 1) == std::vector<double>{0});
  CHECK(at_rates({30, 30}, 1) == std::vector<double>{0});
  CHECK_CLOSE(at_rates({10, 0}, 1)[0], 10, 1e-9, 0);
  CHECK_CLOSE(at_rates({0, 10}, 1)[0], -10, 1e-9, 0);
  CHECK_CLOSE(at_rates({30, 10}, 1)[0], 20 * 20 / 50.0, 1e-9, 0);
}

TEST_CASE("antagonist_decoder: other pairs do not matter, and the noise is the one declared") {
  CHECK_CLOSE(at_rates({30, 10, 900, 0}, 2)[0], 20 * 20 / 50.0, 1e-9, 0);
  CHECK_CLOSE(at_rates({30, 10}, 1, -2)[0], 20 * 20 / 50.0 - 1, 1e-9, 0);
}

TEST_CASE("antagonist_decoder: an action without a pair is refused") {
  std::string text;
  try {
    at_rates({1, 2, 3}, 2);
  } catch (const std::runtime_error& e) {
    text = e.what();
  }
  CHECK(text == "2 actions are asked of 3 units: every two give one, so set n to twice the number of actions");
}
