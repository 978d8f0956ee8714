// Tests of core.eprop_reward against its recursion forwards in time, and against the expected return of a bandit.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../common/surrogate_neuron.hpp"
#include "edge_harness.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace core;
using encephagen::testing::EdgeHarness;

namespace {

EdgeHarness one_target(size_t n_in, const SurrogateNeuron& neuron) {
  std::vector<EdgeHarness::Synapse> synapses;
  for (uint32_t i = 0; i < n_in; ++i) synapses.push_back({i, 0, 0.0});
  EdgeHarness h(eg::plasticity<EpropReward>, n_in, 1, synapses, 1.0);
  h.set("batch", 1e6);
  h.now("leak") = {neuron.leak}, h.now("input_gain") = {neuron.input_gain};
  h.now("a_decay") = {neuron.a_decay}, h.now("beta") = {neuron.beta};
  return h;
}

}  // namespace

TEST_CASE("eprop_reward: one pass backwards gives what filtered eligibilities give forwards") {
  const size_t n_steps = 90, signal_delay = 2, reward_delay = 4, end = n_steps - signal_delay;
  const SurrogateNeuron neuron{0.9, 0.7, 0.97, 0.2, 1, 1};
  auto h = one_target(1, neuron);
  h.set("update_every_ms", n_steps);
  h.set("tau_out_ms", 15);
  h.set("discount", 0.9);
  h.set("signal_delay_steps", signal_delay), h.set("reward_delay_steps", reward_delay);
  h.init(n_steps);
  eg::Random random(1, "eprop_reward");
  auto &psi = h.history("pseudo_derivative")[0], &signal = h.history("learning_signal")[0];
  auto& error = h.modulator_history[0];
  for (size_t t = 0; t < n_steps; ++t) {
    psi[t] = random.uniform(), signal[t] = random.normal(), error[t] = random.normal();
    if (random.uniform() < 0.3) h.arrivals[0].push_back(static_cast<uint32_t>(t));
  }
  // sum over t of delta_t F(L ebar)_t with F(x)_t = discount F(x)_(t-1) + x_t
  const double kappa = std::exp(-1 / 15.0);
  double z_bar = 0, epsilon = 0, e_bar = 0, filtered = 0, expected = 0;
  for (size_t t = 0; t + reward_delay < n_steps; ++t) {
    z_bar = 0.9 * z_bar + 0.7 * static_cast<double>(std::ranges::count(h.arrivals[0], t));
    const double e = psi[t] * (z_bar - 0.2 * epsilon);
    epsilon = 0.97 * epsilon + e;
    e_bar = kappa * e_bar + (1 - kappa) * e;
    filtered = 0.9 * filtered + (t < end ? signal[t + signal_delay] * e_bar : 0);
    expected += error[t + reward_delay] * filtered;
  }
  h.update();
  CHECK_CLOSE(h.edge_state[gradient_steps::kGradient][0], expected, 1e-12, 0);
}

TEST_CASE("eprop_reward: on a bandit of one decision it climbs the expected return, by finite differences") {
  // Three actions, chosen with softmax of three readouts of one linearised neuron in the last step. The rule sees one
  // action at a time; averaged over the policy, its gradient is that of minus the expected return.
  const size_t n_in = 4, n_steps = 40, n_actions = 3;
  const double reward[n_actions] = {1, -0.5, 2}, readout[n_actions] = {0.8, -1.1, 0.4}, baseline = 0.7;
  for (const double beta : {0.0, 0.3}) {
    const SurrogateNeuron neuron{0.95, 0.5, 0.98, beta, 0.6, 0.3};
    const double kappa = std::exp(-1 / 10.0);
    eg::Random random(2, "bandit");
    SurrogateNeuron::Arrivals arrivals(n_in);
    for (auto& a : arrivals)
      for (uint32_t t = 0; t < n_steps; ++t)
        if (random.uniform() < 0.25) a.push_back(t);
    std::vector<double> w(n_in);
    for (double& x : w) x = random.uniform(0.1, 0.6);
    const auto at = neuron.run(w, arrivals, n_steps);
    const auto policy = [&](const std::vector<double>& weights) {
      double y = 0, sum = 0;
      for (const double z : neuron.linearised(weights, arrivals, at)) y = kappa * y + (1 - kappa) * 5 * z;
      std::vector<double> out;
      for (const double b : readout) out.push_back(std::exp(b * y)), sum += out.back();
      for (double& q : out) q /= sum;
      return out;
    };
    const auto expected_return = [&](const std::vector<double>& weights) {
      double sum = 0;
      for (size_t a = 0; a < n_actions; ++a) sum += policy(weights)[a] * reward[a];
      return sum;
    };
    const auto pi = policy(w);
    std::vector<double> mean(n_in, 0.0);
    for (size_t action = 0; action < n_actions; ++action) {
      auto h = one_target(n_in, neuron);
      h.set("update_every_ms", n_steps);
      h.set("signal_delay_steps", 0);
      h.set("tau_out_ms", 10);
      h.init(n_steps);
      h.arrivals = arrivals;
      h.history("pseudo_derivative")[0] = at.psi;
      double signal = 0;
      for (size_t k = 0; k < n_actions; ++k) signal += 5 * readout[k] * (pi[k] - (k == action));
      h.history("learning_signal")[0].back() = signal;
      h.modulator_history[0].back() = reward[action] - baseline;
      h.update();
      for (size_t i = 0; i < n_in; ++i) mean[i] += pi[action] * h.edge_state[gradient_steps::kGradient][i];
    }
    for (size_t i = 0; i < n_in; ++i) {
      auto up = w, down = w;
      up[i] += 1e-5, down[i] -= 1e-5;
      const double slope = (expected_return(up) - expected_return(down)) / 2e-5;
      CHECK(std::abs(slope) > 1e-4);
      CHECK_CLOSE(mean[i], -slope, 1e-6, 0);
    }
  }
}
