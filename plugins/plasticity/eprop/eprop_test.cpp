// Tests of core.eprop against the published recursions, forwards in time and synapse by synapse, and against finite
// differences of the loss.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../common/surrogate_neuron.hpp"
#include "edge_harness.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace core;
using encephagen::testing::EdgeHarness;

namespace {

// One neuron with several synapses, whose gradients are never applied.
EdgeHarness one_target(size_t n_in, const SurrogateNeuron& neuron, double w = 0) {
  std::vector<EdgeHarness::Synapse> synapses;
  for (uint32_t i = 0; i < n_in; ++i) synapses.push_back({i, 0, w});
  EdgeHarness h(eg::plasticity<Eprop>, n_in, 1, synapses, 1.0);
  h.set("batch", 1e6);
  h.now("leak") = {neuron.leak}, h.now("input_gain") = {neuron.input_gain};
  h.now("a_decay") = {neuron.a_decay}, h.now("beta") = {neuron.beta};
  return h;
}

std::vector<std::vector<uint32_t>> random_arrivals(size_t n_in, size_t n_steps, double p, uint64_t seed) {
  eg::Random random(seed, "arrivals");
  std::vector<std::vector<uint32_t>> out(n_in);
  for (auto& a : out)
    for (uint32_t t = 0; t < n_steps; ++t)
      if (random.uniform() < p) a.push_back(t);
  return out;
}

}  // namespace

TEST_CASE("eprop: one pass backwards gives what eligibility traces give forwards") {
  const size_t n_in = 4, n_steps = 120, begin = 13, end = 101, delay = 3;
  for (const double beta : {0.0, 0.4}) {
    const SurrogateNeuron neuron{0.93, 0.6, 0.99, beta, 0.6, 0.3};
    auto h = one_target(n_in, neuron);
    h.set("update_every_ms", n_steps);
    h.set("sequence_begin_ms", begin), h.set("sequence_ms", end - begin);
    h.set("signal_delay_steps", delay);
    h.set("tau_out_ms", 25);
    h.set("c_reg", 7), h.set("target_rate_hz", 40);
    h.set("average_over_ms", 50);
    h.init(n_steps);
    const auto arrivals = random_arrivals(n_in, n_steps, 0.2, 1);
    h.arrivals = arrivals;
    eg::Random random(2, "histories");
    auto &psi = h.history("pseudo_derivative")[0], &signal = h.history("learning_signal")[0];
    auto& z = h.history("spiked")[0];
    for (size_t t = 0; t < n_steps; ++t)
      psi[t] = random.uniform(), signal[t] = random.normal(), z[t] = random.uniform() < 0.1;

    // The equations of the paper.
    const double kappa = std::exp(-1 / 25.0);
    double f = 0;
    for (size_t t = begin; t < end; ++t) f += z[t] / (end - begin);
    std::vector<double> expected(n_in, 0.0);
    for (size_t i = 0; i < n_in; ++i) {
      double z_bar = 0, epsilon = 0, e_bar = 0;
      for (size_t t = 0; t < end; ++t) {
        z_bar = neuron.leak * z_bar + neuron.input_gain * static_cast<double>(std::ranges::count(arrivals[i], t));
        const double e = psi[t] * (z_bar - beta * epsilon);
        epsilon = neuron.a_decay * epsilon + e;
        e_bar = kappa * e_bar + (1 - kappa) * e;
        if (t >= begin) expected[i] += (signal[t + delay] * e_bar + 7 * (f - 0.04) / (end - begin) * e) / 50;
      }
    }
    h.update();
    for (size_t i = 0; i < n_in; ++i) CHECK_CLOSE(h.edge_state[gradient_steps::kGradient][i], expected[i], 1e-12, 0);
  }
}

TEST_CASE("eprop: without recurrent weights the gradient is that of the loss, by finite differences") {
  // A readout of weight b sees the linearised neuron; the loss is quadratic in the weights, so that central differences
  // are exact.
  const size_t n_in = 5, n_steps = 150;
  for (const double beta : {0.0, 0.3}) {
    const SurrogateNeuron neuron{0.95, 0.5, 0.98, beta, 0.6, 0.3};
    const double kappa = std::exp(-1 / 10.0), b = 1.7;
    const auto arrivals = random_arrivals(n_in, n_steps, 0.15, 3);
    eg::Random random(4, "weights");
    std::vector<double> w(n_in), target(n_steps);
    for (double& x : w) x = random.uniform(0.1, 0.6);
    for (double& x : target) x = random.normal();
    const auto at = neuron.run(w, arrivals, n_steps);
    const auto errors = [&](const std::vector<double>& weights) {
      std::vector<double> out;
      double y = 0;
      for (const double z : neuron.linearised(weights, arrivals, at))
        out.push_back((y = kappa * y + (1 - kappa) * b * z) - target[out.size()]);
      return out;
    };
    const auto loss = [&](const std::vector<double>& weights) {
      double sum = 0;
      for (const double e : errors(weights)) sum += e * e / 2;
      return sum;
    };

    auto h = one_target(n_in, neuron);
    h.set("update_every_ms", n_steps);
    h.set("signal_delay_steps", 0);
    h.set("tau_out_ms", 10);
    h.init(n_steps);
    h.arrivals = arrivals;
    h.history("pseudo_derivative")[0] = at.psi, h.history("spiked")[0] = at.z;
    for (size_t t = 0; t < n_steps; ++t) h.history("learning_signal")[0][t] = b * errors(w)[t];
    h.update();
    double n_spikes = 0;
    for (const double z : at.z) n_spikes += z;
    CHECK(n_spikes > 5);
    for (size_t i = 0; i < n_in; ++i) {
      auto up = w, down = w;
      up[i] += 0.5, down[i] -= 0.5;
      CHECK_CLOSE(h.edge_state[gradient_steps::kGradient][i], loss(up) - loss(down), 1e-9, 0);
    }
  }
}

TEST_CASE("eprop: signals arrive as late as told, and what no signal can reach is no part of the sequence") {
  const SurrogateNeuron neuron{0.9, 1, 0.9, 0, 1, 1};
  auto h = one_target(1, neuron);
  h.set("update_every_ms", 10);
  h.set("tau_out_ms", 0);
  h.init(10);
  h.arrivals = {{3, 8}};  // step 8 is padding: its learning signal would be that of step 10
  auto &psi = h.history("pseudo_derivative")[0], &signal = h.history("learning_signal")[0];
  psi.assign(10, 1.0);
  signal[5] = 2, signal[2] = 100, signal[9] = 10;
  h.update();
  CHECK_CLOSE(h.edge_state[0][0], 2 + 10 * std::pow(0.9, 4), 1e-14, 0);
}

TEST_CASE("eprop: weights step down the mean gradient of a batch, within their bounds") {
  const SurrogateNeuron neuron{0, 1, 0, 0, 1, 1};
  auto h = one_target(2, neuron, 1.0);
  h.set("update_every_ms", 4);
  h.set("tau_out_ms", 0);
  h.set("learning_rate", 0.1), h.set("batch", 2);
  h.set("w_max", 1.5);
  h.init(4);
  const auto update = [&](double first, double second) {
    h.arrivals = {{0}, {1}};
    h.history("pseudo_derivative")[0].assign(4, 1.0);
    h.history("learning_signal")[0] = {0, 0, first, second};
    h.update();
  };
  update(3, -7);
  CHECK(h.weight == std::vector<double>{1, 1});
  update(-1, -9);
  CHECK_CLOSE(h.weight[0], 1 - 0.1 * 1, 1e-15, 0);
  CHECK(h.weight[1] == 1.5);
  update(2, 2), update(2, 4);
  CHECK_CLOSE(h.weight[0], 0.9 - 0.1 * 2, 1e-15, 0);
  CHECK_CLOSE(h.weight[1], 1.5 - 0.1 * 3, 1e-15, 0);
}

TEST_CASE("eprop: the learning rate halves as told, and by steps, not updates") {
  const SurrogateNeuron neuron{0, 1, 0, 0, 1, 1};
  auto h = one_target(1, neuron, 0.0);
  h.set("update_every_ms", 3);
  h.set("tau_out_ms", 0);
  h.set("learning_rate", 0.1), h.set("halving_steps", 4), h.set("batch", 2);
  h.init(3);
  double w = 0;
  for (int n = 0; n < 20; ++n) {
    h.arrivals = {{0}};
    h.history("pseudo_derivative")[0].assign(3, 1.0);
    h.history("learning_signal")[0] = {0, 0, 1};
    h.update();
    if (n % 2 == 1) w -= 0.1 * std::pow(0.5, (n / 2) / 4.0);
    CHECK_CLOSE(h.weight[0], w, 1e-13, 0);
  }
}

TEST_CASE("eprop: Adam follows the published algorithm") {
  const SurrogateNeuron neuron{0, 1, 0, 0, 1, 1};
  auto h = one_target(1, neuron, 1.0);
  h.set("update_every_ms", 3);
  h.set("tau_out_ms", 0);
  h.set("learning_rate", 0.01), h.set("batch", 1);
  h.choose("optimizer", "adam");
  h.init(3);
  double w = 1, m = 0, v = 0;
  for (int n = 1; n <= 30; ++n) {
    const double g = n == 7 ? 0 : std::sin(n) + 0.3;
    h.arrivals = {{0}};
    h.history("pseudo_derivative")[0].assign(3, 1.0);
    h.history("learning_signal")[0] = {0, 0, g};
    h.update();
    m = 0.9 * m + 0.1 * g, v = 0.999 * v + 0.001 * g * g;
    w -= 0.01 * std::sqrt(1 - std::pow(0.999, n)) / (1 - std::pow(0.9, n)) * m / (std::sqrt(v) + 1e-8);
    CHECK_CLOSE(h.weight[0], w, 1e-12, 0);
  }
}

TEST_CASE("eprop: refuses windows and weights that cannot be meant") {
  const auto error = [](auto set, double w = 0) -> std::string {
    auto h = one_target(1, SurrogateNeuron{0.9, 1, 0.9, 0, 1, 1}, w);
    try {
      set(h);
      h.init(10);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(error([](auto& h) { h.set("update_every_ms", 10), h.set("sequence_ms", 8); }) == "");
  CHECK(error([](auto& h) { h.set("update_every_ms", 10), h.set("sequence_ms", 9); }) ==
        "a sequence of steps 1 to 9, whose signals arrive 2 steps later, does not fit between updates that are 10 "
        "steps apart: raise update_every_ms");
  CHECK(error([](auto& h) { h.set("update_every_ms", 10), h.set("sequence_begin_ms", 8); }) != "");
  CHECK(error([](auto& h) { h.set("sequence_ms", 8.5); }) ==
        "sequence_ms = 8.5 is not a whole number of steps of 1 ms: change it or dt_ms");
  CHECK(error([](auto& h) { h.set("average_over_ms", 0.5); }) ==
        "average_over_ms = 0.5 is not a whole number of steps of 1 ms: change it or dt_ms");
  CHECK(error([](auto& h) { h.set("w_min", 2), h.set("w_max", 1); }) == "w_min is not below w_max: set them apart");
  CHECK(error([](auto& h) { h.set("w_min", -1), h.set("w_max", 1); }, 3) ==
        "a synapse starts with weight 3, outside [-1, 1]: change the weight, w_min or w_max");
}
