// Tests of core.policy_gradient against its sums written out forwards in time.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "edge_harness.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace core;
using encephagen::testing::EdgeHarness;

namespace {

struct Step {
  double td, error, bonus;
  bool decides, is_over;
  std::vector<uint32_t> arriving;  // sources
};

// The rule step by step, as policy_gradient.md has it.
struct Forwards {
  double kappa, keeps;
  size_t delay;
  std::vector<double> x, e, gradient;
  bool was_over = false, begins_late = false, decides_late = false;
  double error_late = 0;
  std::vector<double> x_late;
  explicit Forwards(size_t n, double k, double g, size_t d)
      : kappa(k), keeps(g), delay(d), x(n, 0.0), e(n, 0.0), gradient(n, 0.0), x_late(n, 0.0) {}
  void decide(bool begins, bool decides, double error, const std::vector<double>& trace) {
    for (size_t i = 0; i < e.size(); ++i) {
      if (begins) e[i] = 0;
      if (decides) e[i] = keeps * e[i] + error * trace[i];
    }
  }
  void step(const Step& s) {
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = kappa * x[i] + (1 - kappa) * static_cast<double>(std::ranges::count(s.arriving, i));
    for (size_t i = 0; i < x.size(); ++i) gradient[i] += s.td * e[i] + s.bonus * x[i];
    const bool begins = was_over && !s.is_over;
    if (delay == 0)
      decide(begins, s.decides, s.error, x);
    else
      decide(begins_late, decides_late, error_late, x_late);
    was_over = s.is_over;
    begins_late = begins, decides_late = s.decides, error_late = s.error, x_late = x;
  }
};

std::vector<Step> random_steps(size_t n, size_t n_in, uint64_t seed) {
  eg::Random random(seed, "policy_gradient");
  std::vector<Step> out;
  for (size_t t = 0; t < n; ++t) {
    Step s{0, 0, 0, random.uniform() < 0.3, t % 17 > 13, {}};
    if (random.uniform() < 0.4) s.td = random.normal();
    if (s.is_over) s.decides = false;
    if (s.decides) s.error = random.normal(), s.bonus = random.normal();
    for (uint32_t i = 0; i < n_in; ++i)
      for (double u = random.uniform(); u < 0.4; u += 0.3) s.arriving.push_back(i);
    out.push_back(std::move(s));
  }
  return out;
}

EdgeHarness one_target(size_t n_in, double kappa, size_t n_steps) {
  std::vector<EdgeHarness::Synapse> synapses;
  for (uint32_t i = 0; i < n_in; ++i) synapses.push_back({i, 0, 1.0});
  EdgeHarness h(eg::plasticity<PolicyGradient>, n_in, 1, synapses, 1.0);
  h.set("update_every_ms", static_cast<double>(n_steps));
  h.now("decay") = {kappa};
  return h;
}

void fill(EdgeHarness& h, std::span<const Step> steps) {
  for (size_t t = 0; t < steps.size(); ++t) {
    const auto& s = steps[t];
    h.modulator_history[0][t] = s.td;
    h.history("error")[0][t] = s.error, h.history("bonus_error")[0][t] = s.bonus;
    h.history("decides")[0][t] = s.decides, h.history("is_over")[0][t] = s.is_over;
    for (const uint32_t i : s.arriving) h.arrivals[i].push_back(static_cast<uint32_t>(t));
  }
}

}  // namespace

TEST_CASE("policy_gradient: weights change by the sums of traces, errors and rewards, however updates cut the time") {
  const size_t n_in = 5, n_steps = 120;
  for (const size_t delay : {0u, 1u})
    for (const double kappa : {0.0, 0.8})
      for (const size_t every : {1u, 4u, 15u, 120u}) {
        const auto steps = random_steps(n_steps, n_in, 7);
        Forwards forwards(n_in, kappa, 0.9 * 0.7, delay);
        for (const auto& s : steps) forwards.step(s);
        auto h = one_target(n_in, kappa, every);
        h.set("discount", 0.9), h.set("lambda", 0.7), h.set("learning_rate", 0.01);
        h.set("signal_delay_steps", static_cast<double>(delay));
        h.init(every);
        for (size_t first = 0; first < n_steps; first += every) {
          fill(h, std::span(steps).subspan(first, every));
          h.update();
        }
        for (size_t i = 0; i < n_in; ++i) {
          CHECK_CLOSE((1 - h.weight[i]) / 0.01, forwards.gradient[i], 1e-10, 1e-10);
          CHECK_CLOSE(h.edge_state[PolicyGradient::kTrace][i], forwards.x[i], 1e-12, 1e-15);
          if (delay == 0) CHECK_CLOSE(h.edge_state[PolicyGradient::kEligibility][i], forwards.e[i], 1e-12, 1e-15);
        }
        CHECK(std::abs(forwards.gradient[0]) > 0.1);
      }
}

TEST_CASE("policy_gradient: an episode that begins owes nothing to the one before") {
  const size_t n_in = 3, n_steps = 20;
  auto used = one_target(n_in, 0.8, n_steps), fresh = one_target(n_in, 0.8, n_steps);
  for (auto* h : {&used, &fresh}) h->init(n_steps);
  fill(used, random_steps(n_steps, n_in, 1));
  used.update();
  used.begin_episode();
  used.weight = fresh.weight;
  for (const uint64_t seed : {2u, 3u}) {
    for (auto* h : {&used, &fresh}) {
      fill(*h, random_steps(n_steps, n_in, seed));
      h->update();
    }
    CHECK(used.weight == fresh.weight);
    CHECK(fresh.weight[0] != 1);
    CHECK(used.edge_state == fresh.edge_state);
  }
}

TEST_CASE("policy_gradient: each target learns from its own errors, within the bounds of weights") {
  EdgeHarness h(eg::plasticity<PolicyGradient>, 1, 2, {{0, 0, 0.5}, {0, 1, 0.5}}, 1.0);
  h.set("update_every_ms", 3), h.set("signal_delay_steps", 0);
  h.set("learning_rate", 0.1), h.set("w_min", -1), h.set("w_max", 0.55);
  h.now("decay") = {0, 0};
  h.init(3);
  h.arrivals[0] = {0, 1};
  for (size_t j = 0; j < 2; ++j) h.history("decides")[j][1] = 1, h.history("error")[j][1] = j == 0 ? -0.25 : 0.5;
  h.modulator_history[0][2] = 2;
  h.update();
  CHECK_CLOSE(h.weight[0], 0.55, 0, 0);  // 0.5 + 0.1 * 2 * 0.25 would be as much
  CHECK_CLOSE(h.weight[1], 0.5 - 0.1 * 2 * 0.5, 1e-15, 0);
  h.modulator_history[0][2] = 1;
  h.update();  // the eligibilities are still there
  CHECK(h.weight[0] == 0.55);
  CHECK_CLOSE(h.weight[1], 0.4 - 0.1 * 0.5, 1e-14, 0);
}

TEST_CASE("policy_gradient: an interval of updates that steps do not fill is refused") {
  EdgeHarness h(eg::plasticity<PolicyGradient>, 1, 1, {{0, 0, 0.0}}, 1.0);
  h.set("update_every_ms", 2.5);
  std::string text;
  try {
    h.init(2);
  } catch (const std::runtime_error& e) {
    text = e.what();
  }
  CHECK(text == "update_every_ms = 2.5 is not a whole number of steps of 1 ms: change it or dt_ms");
}
