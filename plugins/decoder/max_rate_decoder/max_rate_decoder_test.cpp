// Tests of core.max_rate_decoder: that it does what was published.
#include <doctest/doctest.h>

#include <deque>
#include <encephagen/sdk/random.hpp>
#include <numeric>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::MaxRateDecoder;
using encephagen::testing::UnitHarness;

TEST_CASE("max_rate_decoder: equal rates and silence move every joint as far as it goes") {
  UnitHarness h(eg::decoder<MaxRateDecoder>, 3, 0.1);
  h.init();
  h.ask(3);
  h.step();
  CHECK(h.action() == std::vector<double>{-1, -1, -1});
  h.input("spikes") = {2, 2, 2};
  h.step();
  CHECK(h.action() == std::vector<double>{1, 1, 1});
  h.input("spikes") = {0, 2, 6};
  h.step();
  CHECK_CLOSE(h.action()[0], 2 * 2 / 8.0 - 1, 1e-12, 0);
  CHECK_CLOSE(h.action()[1], 2 * 4 / 8.0 - 1, 1e-12, 0);
  CHECK(h.action()[2] == 1);
}

TEST_CASE("max_rate_decoder: rates are those of the window, exactly where it is cut") {
  const double dt_ms = 0.5;
  UnitHarness h(eg::decoder<MaxRateDecoder>, 2, dt_ms);
  h.set("window_ms", 10), h.set("group_size", std::vector<double>{4, 8});
  h.init();
  eg::Random random(1, "max rate");
  std::deque<double> window[2];
  for (int k = 1; k <= 200; ++k) {
    for (size_t u = 0; u < 2; ++u) {
      window[u].push_back(static_cast<double>(random.below(4)));
      if (window[u].size() > 20) window[u].pop_front();
      h.input("spikes")[u] = window[u].back();
    }
    h.step();
    if (k % 2 != 0) continue;
    for (size_t u = 0; u < 2; ++u) {
      const double n = static_cast<double>(window[u].size());
      CHECK_CLOSE(h.state("rate_hz")[u],
                  std::accumulate(window[u].begin(), window[u].end(), 0.0) / ((u == 0 ? 4 : 8) * n * dt_ms * 1e-3),
                  1e-12, 1e-12);
    }
  }
}

TEST_CASE("max_rate_decoder: a window that steps do not fill is refused") {
  UnitHarness h(eg::decoder<MaxRateDecoder>, 1, 1.0);
  h.set("window_ms", 25);
  std::string text;
  try {
    h.init();
  } catch (const std::runtime_error& e) {
    text = e.what();
  }
  CHECK(text == "window_ms = 25.000000 is not a multiple of ten steps of 1.000000 ms");
}
