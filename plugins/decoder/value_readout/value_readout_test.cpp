// Tests of core.value_readout: errors of reward prediction, written out.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::ValueReadout;
using encephagen::testing::UnitHarness;

namespace {

// A critic without memory, whose value is what arrives.
struct Critic : UnitHarness {
  Critic() : UnitHarness(eg::decoder<ValueReadout>, 1, 1.0) {
    set("tau_out_ms", 0), set("discount", 0.5);
    init();
  }
  double step(double value, double reward, bool decides, bool is_over = false) {
    input("spikes")[0] = value, input("reward")[0] = reward, input("is_over")[0] = is_over;
    ask(decides ? 1 : 0);
    UnitHarness::step();
    CHECK(state("error")[0] == (decides && !is_over ? -1 : 0));
    CHECK(state("decides")[0] == (decides && !is_over));
    return state("td_error")[0];
  }
};

}  // namespace

TEST_CASE("value_readout: an error is known at every decision but the first, from all rewards in between") {
  Critic c;
  CHECK(c.step(9, 100, false) == 0);
  CHECK(c.step(4, 100, true) == 0);  // first decision: what came before is nobody's
  CHECK(c.action() == std::vector<double>{0});
  CHECK(c.step(7, 1, false) == 0);
  CHECK(c.step(8, 2, false) == 0);
  CHECK(c.step(10, 3, true) == 1 + 2 + 3 + 0.5 * 10 - 4);
  CHECK(c.step(1, 0, true) == 0.5 - 10);
  CHECK(c.step(0, -2, true) == -2 - 1);
}

TEST_CASE("value_readout: with the end of a trial its last error is known at once, and the next trial begins anew") {
  Critic c;
  c.step(4, 0, true);
  CHECK(c.step(100, 3, false, true) == 3 - 4);
  CHECK(c.step(100, 5, false, true) == 0);
  CHECK(c.step(100, 5, true, true) == 0);
  CHECK(c.step(6, 50, false) == 0);
  CHECK(c.step(6, 50, true) == 0);
  CHECK(c.step(2, 1, true) == 1 + 1 - 6);
  // End, reward and a decision in one step: the end counts.
  CHECK(c.step(30, 7, true, true) == 7 - 2);
  CHECK(c.step(1, 0, true) == 0);
}

TEST_CASE("value_readout: the value is a leaky sum, and every unit a critic of its own") {
  UnitHarness h(eg::decoder<ValueReadout>, 2, 0.5);
  h.set("tau_out_ms", 10);
  h.init();
  for (int k = 1; k <= 10; ++k) {
    h.input("spikes") = {3, -1};
    h.step();
    CHECK_CLOSE(h.state("value")[0], 3 * (1 - std::exp(-0.05 * k)), 1e-13, 0);
    CHECK_CLOSE(h.state("value")[1], -1 * (1 - std::exp(-0.05 * k)), 1e-13, 0);
  }
  h.ask(1);
  h.step();
  const auto before = h.state("value");
  h.input("reward") = {1, 2};
  h.step();
  for (size_t k = 0; k < 2; ++k)
    CHECK_CLOSE(h.state("td_error")[k], static_cast<double>(k + 1) + 0.99 * h.state("value")[k] - before[k], 1e-13, 0);
}
