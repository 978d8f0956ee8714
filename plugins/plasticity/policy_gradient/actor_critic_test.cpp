// core.policy_gradient with the decoders it is for: a bandit by finite differences, the values of a chain, and both
// together on a choice that pays later.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../../decoder/softmax_policy/model.hpp"
#include "../../decoder/value_readout/model.hpp"
#include "edge_harness.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using namespace core;
using encephagen::testing::EdgeHarness;
using encephagen::testing::UnitHarness;

namespace {

// A decoder, sources that spike onto all of its units, and the rule between them.
struct Learner {
  UnitHarness decoder;
  EdgeHarness rule;
  size_t n_in, n_out, every;
  size_t at = 0;

  Learner(const eg_plugin& plugin, size_t in, size_t out, size_t update_every)
      : decoder(plugin, out, 1.0),
        rule(eg::plasticity<PolicyGradient>, in, out, all_to_all(in, out), 1.0),
        n_in(in),
        n_out(out),
        every(update_every) {
    rule.set("update_every_ms", static_cast<double>(every));
  }
  void init(double tau_out_ms) {
    decoder.set("tau_out_ms", tau_out_ms);
    decoder.init();
    rule.init(every);
    rule.now("decay") = std::vector<double>(n_out, tau_out_ms > 0 ? std::exp(-1 / tau_out_ms) : 0);
  }
  double& weight(size_t i, size_t k) { return rule.weight[i * n_out + k]; }
  // One step in which these sources spike; an update when it is due.
  void step(const std::vector<uint32_t>& arriving, double td) {
    for (const uint32_t i : arriving) {
      rule.arrivals[i].push_back(static_cast<uint32_t>(at));
      for (size_t k = 0; k < n_out; ++k) decoder.input("spikes")[k] += weight(i, k);
    }
    decoder.step();
    for (const char* port : {"error", "bonus_error", "decides", "is_over"})
      for (size_t k = 0; k < n_out; ++k) rule.history(port)[k][at] = decoder.state(port)[k];
    rule.modulator_history[0][at] = td;
    if (++at < every) return;
    rule.update();
    at = 0;
  }

 private:
  static std::vector<EdgeHarness::Synapse> all_to_all(size_t in, size_t out) {
    std::vector<EdgeHarness::Synapse> s;
    for (uint32_t i = 0; i < in; ++i)
      for (uint32_t k = 0; k < out; ++k) s.push_back({i, k, 0.0});
    return s;
  }
};

}  // namespace

TEST_CASE("policy_gradient: on a bandit of one decision it climbs expected return and entropy, by finite differences") {
  const size_t n_in = 4, n_actions = 3, n_steps = 30;
  const double reward[n_actions] = {1, -0.5, 2}, baseline = 0.3, tau = 8, temperature = 0.8;
  for (const double bonus : {0.0, 0.6}) {
    eg::Random random(4, "bandit");
    std::vector<std::vector<uint32_t>> arriving(n_steps);
    for (auto& a : arriving)
      for (uint32_t i = 0; i < n_in; ++i)
        if (random.uniform() < 0.3) a.push_back(i);
    std::vector<double> w(n_in * n_actions);
    for (double& x : w) x = random.normal();
    const auto policy = [&](const std::vector<double>& weights) {
      double y[n_actions] = {}, sum = 0;
      const double kappa = std::exp(-1 / tau);
      for (const auto& a : arriving)
        for (size_t k = 0; k < n_actions; ++k) {
          double in = 0;
          for (const uint32_t i : a) in += weights[i * n_actions + k];
          y[k] = kappa * y[k] + (1 - kappa) * in;
        }
      std::vector<double> q;
      for (const double x : y) q.push_back(std::exp(x / temperature)), sum += q.back();
      for (double& x : q) x /= sum;
      return q;
    };
    const auto objective = [&](const std::vector<double>& weights) {
      double sum = 0;
      const auto q = policy(weights);
      for (size_t a = 0; a < n_actions; ++a) sum += q[a] * reward[a] - bonus * q[a] * std::log(q[a]);
      return sum;
    };
    const auto q = policy(w);
    std::vector<double> mean(w.size(), 0.0);
    double below = 0;
    for (size_t a = 0; a < n_actions; ++a) {
      Learner l(eg::decoder<SoftmaxPolicy>, n_in, n_actions, n_steps + 2);
      l.decoder.set("temperature", temperature), l.decoder.set("entropy_bonus", bonus);
      l.rule.set("learning_rate", 1);
      l.init(tau);
      l.rule.weight = w;
      for (size_t t = 0; t < n_steps; ++t) {
        l.decoder.ask(t + 1 == n_steps);
        l.decoder.random("uniform")[0] = below + q[a] / 2;
        l.step(arriving[t], 0);
        if (t + 1 == n_steps) CHECK(l.decoder.action() == std::vector<double>{static_cast<double>(a)});
      }
      l.decoder.ask(0);
      l.step({}, 0);
      l.step({}, reward[a] - baseline);
      for (size_t s = 0; s < w.size(); ++s) mean[s] += q[a] * (l.rule.weight[s] - w[s]);
      below += q[a];
    }
    for (size_t s = 0; s < w.size(); ++s) {
      auto up = w, down = w;
      up[s] += 1e-5, down[s] -= 1e-5;
      CHECK_CLOSE(mean[s], (objective(up) - objective(down)) / 2e-5, 1e-6, 1e-9);
    }
  }
}

TEST_CASE("policy_gradient: a critic learns the discounted values of a chain of states, for every lambda") {
  // States 0, 1, 2, one decision each; reward 1 for leaving the last one. Values 0.9^2, 0.9, 1.
  for (const double lambda : {0.0, 0.8, 1.0}) {
    const size_t interval = 3, n_states = 3;
    Learner l(eg::decoder<ValueReadout>, n_states, 1, interval);
    l.decoder.set("discount", 0.9);
    l.rule.set("discount", 0.9), l.rule.set("lambda", lambda), l.rule.set("learning_rate", 0.1);
    l.init(0);
    double td = 0;  // as a modulator that follows the critic: of the step before
    for (int trial = 0; trial < 400; ++trial)
      for (size_t state = 0; state <= n_states; ++state)
        for (size_t t = 0; t < interval; ++t) {
          const bool is_over = state == n_states;
          l.decoder.input("is_over")[0] = is_over;
          l.decoder.input("reward")[0] = is_over && t == 0;
          l.decoder.ask(t + 1 == interval);
          l.step(is_over ? std::vector<uint32_t>{} : std::vector<uint32_t>{static_cast<uint32_t>(state)}, td);
          td = l.decoder.state("td_error")[0];
        }
    CHECK_CLOSE(l.weight(2, 0), 1, 1e-3, 0);
    CHECK_CLOSE(l.weight(1, 0), 0.9, 1e-3, 0);
    CHECK_CLOSE(l.weight(0, 0), 0.81, 1e-3, 0);
  }
}

TEST_CASE("policy_gradient: actor and critic find the way of which the second step pays") {
  // Two choices in state 0: the first ends the trial with reward 0.2, the second leads to state 1, where the choice 0
  // pays 1 and the other nothing. Best: 1, then 0.
  const size_t interval = 4;
  int n_found = 0;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    Learner actor(eg::decoder<SoftmaxPolicy>, 2, 2, interval), critic(eg::decoder<ValueReadout>, 2, 1, interval);
    actor.rule.set("learning_rate", 0.2), critic.rule.set("learning_rate", 0.1);
    for (auto* l : {&actor, &critic}) l->init(0);
    eg::Random random(seed, "two steps");
    double td = 0, earned_late = 0;
    const int n_trials = 1500, n_late = 200;
    for (int trial = 0; trial < n_trials; ++trial) {
      size_t state = 0;
      double reward = 0;
      for (bool is_over = false, is_done = false; !is_done;) {
        is_done = is_over;
        size_t choice = 0;
        for (size_t t = 0; t < interval; ++t) {
          for (auto* l : {&actor, &critic}) {
            std::ranges::fill(l->decoder.input("is_over"), is_over ? 1.0 : 0.0);
            l->decoder.ask(t + 1 == interval && !is_over);
          }
          critic.decoder.input("reward")[0] = t == 0 ? reward : 0;
          actor.decoder.random("uniform")[0] = random.uniform();
          const auto arriving = is_over ? std::vector<uint32_t>{} : std::vector<uint32_t>{static_cast<uint32_t>(state)};
          const double seen = td;
          actor.step(arriving, seen), critic.step(arriving, seen);
          td = critic.decoder.state("td_error")[0];
          if (t + 1 == interval && !is_over) choice = static_cast<size_t>(actor.decoder.action()[0]);
        }
        if (is_done) break;
        reward = state == 0 ? (choice == 0 ? 0.2 : 0) : (choice == 0 ? 1 : 0);
        is_over = state == 1 || choice == 0;
        if (trial >= n_trials - n_late) earned_late += reward;
        state = 1;
      }
    }
    n_found += earned_late / n_late > 0.8;
  }
  CHECK(n_found == 5);
}
