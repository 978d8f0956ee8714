// Tests of core.rstdp through its table: against all pairs by brute force, against the published program, and against
// what a modulator should make of an eligibility in closed form.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <memory>
#include <stdexcept>
#include <vector>

#include "model.hpp"
#include "support.hpp"

using core::Rstdp;
using Pairing = Rstdp::Pairing;
using Coincidence = Rstdp::Coincidence;

namespace {

// Plays the kernel for a projection of all branches to all targets; synapse i * n_post + j.
class Projection {
 public:
  Projection(const Rstdp::Params& p, uint32_t n_pre, uint32_t n_post, double w)
      : weight(size_t{n_pre} * n_post, w),
        eligibility(weight.size()),
        n_pre_(n_pre),
        n_post_(n_post),
        pre_(n_pre),
        pre_t_(n_pre),
        post_(n_post),
        post_t_(n_post) {
    for (uint32_t j = 0; j < n_post; ++j) targets_.push_back(j);
    for (uint32_t i = 0; i < n_pre; ++i) sources_.push_back(i);
    std::vector<eg_value> values;
    for (const double x :
         {p.tau_plus_ms, p.tau_minus_ms, p.a_plus, p.a_minus, p.tau_c_ms, p.every_ms, p.bias, p.w_min, p.w_max})
      values.push_back({x, 0, "", nullptr, nullptr, 0});
    for (const auto x : {static_cast<int64_t>(p.pairing), static_cast<int64_t>(p.coincidence)})
      values.push_back({0, x, "", nullptr, nullptr, 0});
    REQUIRE(values.size() == eg::plasticity<Rstdp>.n_params);
    eg_error err{};
    self_ = {table_.create(values.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
    for (uint32_t i = 0; i < n_pre; ++i) call(table_.init, outgoing(i), 0);
  }
  void arrive(uint32_t source, double t_ms) { call(table_.pre_spike, outgoing(source), t_ms); }
  void fire(uint32_t target, double t_ms) {
    std::vector<uint64_t> edges;
    for (uint32_t i = 0; i < n_pre_; ++i) edges.push_back(i * n_post_ + target);
    eg_edge_block b{};
    b.unit = target;
    b.n = n_pre_;
    b.edge = edges.data();
    b.other = sources_.data();
    call(table_.post_spike, b, t_ms);
  }
  void sweep(double t_ms, double modulator) {
    modulator_ = modulator;
    eg_edge_block b{};
    b.n = static_cast<uint32_t>(weight.size());
    call(table_.sweep, b, t_ms);
  }

  std::vector<double> weight, eligibility;

 private:
  eg_edge_block outgoing(uint32_t source) {
    eg_edge_block b{};
    b.unit = source;
    b.first_edge = source * n_post_;
    b.n = n_post_;
    b.other = targets_.data();
    return b;
  }
  void call(eg_status (*function)(const void*, eg_edge_block*, eg_error*), eg_edge_block b, double t_ms) {
    double *edge_state[] = {eligibility.data()}, *pre[] = {pre_.data()}, *post[] = {post_.data()};
    b.size = sizeof b;
    b.t_ms = t_ms;
    b.dt_ms = 1;
    b.weight = weight.data();
    b.edge_state = edge_state, b.pre = pre, b.post = post;
    b.pre_t_ms = pre_t_.data(), b.post_t_ms = post_t_.data();
    b.modulator = &modulator_;
    eg_error err{};
    if (function(self_.get(), &b, &err) != EG_OK) throw std::runtime_error(err.text);
  }

  const eg_edge& table_ = *static_cast<const eg_edge*>(eg::plasticity<Rstdp>.table);
  uint32_t n_pre_, n_post_;
  std::vector<double> pre_, pre_t_, post_, post_t_;
  std::vector<uint32_t> targets_, sources_;
  double modulator_ = 0;
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

// One synapse.
struct Pair : Projection {
  explicit Pair(const Rstdp::Params& params, double w = 1) : Projection(params, 1, 1, w) {}
  double c() const { return eligibility[0]; }
  double w() const { return weight[0]; }
};

// Spikes of several units on a grid of 1 ms: fired[step][unit].
std::vector<std::vector<bool>> random_spikes(uint64_t stream, size_t n_units, size_t n_steps, double probability) {
  eg::Random random(3, "rstdp test", stream);
  std::vector<std::vector<bool>> out(n_steps, std::vector<bool>(n_units));
  for (auto& step : out)
    for (size_t u = 0; u < n_units; ++u) step[u] = random.uniform() < probability;
  return out;
}

struct Synapse {
  double w, c = 0;
  bool met_a_bound = false;
};

// The synapse after all its events, each pair reckoned by itself; changes of the weight every 10 steps.
Synapse brute_force(const Rstdp::Params& p, double w, const std::vector<std::vector<bool>>& pre, size_t i,
                    const std::vector<std::vector<bool>>& post, size_t j, const std::vector<double>& modulator) {
  Synapse s{w};
  const auto pairs = [&](const std::vector<std::vector<bool>>& others, size_t unit, size_t end, size_t now,
                         double tau) {
    double sum = 0;
    for (size_t k = end; k-- > 0;) {
      if (!others[k][unit]) continue;
      sum += std::exp(-static_cast<double>(now - k) / tau);
      if (p.pairing == Pairing::nearest_neighbour) break;
    }
    return sum;
  };
  for (size_t step = 0; step < pre.size(); ++step) {
    if (pre[step][i]) s.c -= p.a_minus * pairs(post, j, step, step, p.tau_minus_ms);
    const size_t last_arrival = p.coincidence == Coincidence::arrival_first ? step + 1 : step;
    if (post[step][j]) s.c += p.a_plus * pairs(pre, i, last_arrival, step, p.tau_plus_ms);
    if ((step + 1) % 10 != 0) continue;
    s.w = std::clamp(s.w + (p.bias + modulator[step / 10]) * s.c, p.w_min, p.w_max);
    s.met_a_bound |= s.w == p.w_min || s.w == p.w_max;
    s.c *= std::exp(-10 / p.tau_c_ms);
  }
  return s;
}

// The program of Izhikevich 2007 (daspnet) written out anew for spikes that are given: one array of traces for all
// neurons, read where the program reads it; conduction takes one step. Returns weights and eligibilities.
std::vector<Synapse> published_program(const std::vector<std::vector<bool>>& fired,
                                       const std::vector<double>& dopamine) {
  const size_t n = fired[0].size();
  std::vector<Synapse> s(n * n, {1.0});
  std::vector<double> earlier(n), now(n);  // columns t and t+1 of its array
  for (size_t t = 1; t < fired.size(); ++t) {
    for (size_t i = 0; i < n; ++i)
      if (fired[t][i]) now[i] = 0.1;
    for (size_t j = 0; j < n; ++j)
      for (size_t i = 0; fired[t][j] && i < n; ++i) s[i * n + j].c += earlier[i];
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; fired[t][i] && j < n; ++j) s[i * n + j].c -= 1.5 * now[j];
    earlier = now;
    for (double& x : now) x *= 0.95;
    if (t % 10 != 0) continue;
    for (auto& x : s) {
      x.w = std::max(0.0, std::min(4.0, x.w + (0.002 + dopamine[t / 10]) * x.c));
      x.c *= 0.99;
    }
  }
  return s;
}

Rstdp::Params published_parameters() {
  Rstdp::Params p;
  p.tau_plus_ms = p.tau_minus_ms = -1 / std::log(0.95);
  p.tau_c_ms = -10 / std::log(0.99);
  p.a_plus = 0.1;
  p.a_minus = 0.15 / 0.95;  // it counts the distance of such a pair from the step after the spike
  return p;
}

}  // namespace

TEST_CASE("rstdp: weights and eligibilities equal the sum over all pairs, for every variant") {
  const uint32_t n = 6;
  const size_t n_steps = 1000;
  const auto pre = random_spikes(1, n, n_steps, 0.05), post = random_spikes(2, n, n_steps, 0.08);
  eg::Random random(4, "modulator");
  std::vector<double> modulator;
  for (size_t k = 0; k < n_steps / 10; ++k) modulator.push_back(random.uniform() - 0.4);
  for (const auto pairing : {Pairing::nearest_neighbour, Pairing::all_to_all})
    for (const auto coincidence : {Coincidence::arrival_first, Coincidence::no_pair}) {
      CAPTURE(static_cast<int>(pairing));
      CAPTURE(static_cast<int>(coincidence));
      Rstdp::Params p;
      p.pairing = pairing, p.coincidence = coincidence;
      p.tau_plus_ms = 14, p.tau_minus_ms = 31, p.a_minus = 0.08, p.tau_c_ms = 200, p.bias = -0.09;
      p.w_min = pairing == Pairing::all_to_all ? 0.7 : 0.97, p.w_max = 2 - p.w_min;
      Projection projection(p, n, n, 1);
      for (size_t step = 0; step < n_steps; ++step) {
        const auto t = static_cast<double>(step + 1);
        for (uint32_t i = 0; i < n; ++i)
          if (pre[step][i]) projection.arrive(i, t);
        for (uint32_t j = 0; j < n; ++j)
          if (post[step][j]) projection.fire(j, t);
        if ((step + 1) % 10 == 0) projection.sweep(t, modulator[step / 10]);
      }
      size_t inside = 0, at_bounds = 0;
      for (size_t k = 0; k < projection.weight.size(); ++k) {
        const auto right = brute_force(p, 1, pre, k / n, post, k % n, modulator);
        CHECK_CLOSE(projection.weight[k], right.w, 0, 1e-12);
        CHECK_CLOSE(projection.eligibility[k], right.c, 0, 1e-12);
        inside += right.w > p.w_min && right.w < p.w_max;
        at_bounds += right.met_a_bound;
      }
      CHECK(inside > n);  // not all of it at the bounds, where the comparison would be empty
      CHECK(at_bounds > n);
    }
}

TEST_CASE("rstdp: does what the published program does") {
  const uint32_t n = 12;
  const size_t n_steps = 4000;
  const auto fired = random_spikes(7, n, n_steps, 0.03);
  eg::Random random(8, "dopamine");
  std::vector<double> dopamine;
  for (size_t k = 0; k <= n_steps / 10; ++k) dopamine.push_back(random.uniform() < 0.1 ? 0.5 : 0);
  const auto right = published_program(fired, dopamine);
  Projection projection(published_parameters(), n, n, 1);
  for (size_t t = 1; t < n_steps; ++t) {
    // What the program finds above threshold at t has crossed it in the step that ends at t, and arrives in the next.
    for (uint32_t j = 0; j < n; ++j)
      if (fired[t][j]) projection.fire(j, static_cast<double>(t));
    for (uint32_t i = 0; i < n; ++i)
      if (fired[t][i]) projection.arrive(i, static_cast<double>(t + 1));
    if (t % 10 == 0) projection.sweep(static_cast<double>(t), dopamine[t / 10]);
  }
  double spread = 0;
  for (size_t k = 0; k < right.size(); ++k) {
    CHECK_CLOSE(projection.weight[k], right[k].w, 0, 1e-11);
    CHECK_CLOSE(projection.eligibility[k], right[k].c, 0, 1e-11);
    spread = std::max(spread, std::abs(right[k].w - 1));
  }
  CHECK(spread > 0.3);
}

TEST_CASE("rstdp: one pair leaves an eligibility by the window of its order, which decays with tau_c") {
  Rstdp::Params p;
  p.tau_plus_ms = 17, p.tau_minus_ms = 34, p.tau_c_ms = 700, p.bias = 0;
  for (const double d : {0.0, 1.0, 10.0, 40.0}) {
    Pair pre_first(p), post_first(p);
    pre_first.arrive(0, 100), pre_first.fire(0, 100 + d);
    CHECK_CLOSE(pre_first.c(), 0.1 * std::exp(-d / 17), 1e-15, 0);
    if (d > 0) {
      post_first.fire(0, 100), post_first.arrive(0, 100 + d);
      CHECK_CLOSE(post_first.c(), -0.15 * std::exp(-d / 34), 1e-15, 0);
    }
    for (int k = 1; k <= 210; ++k) pre_first.sweep(140 + 10 * k, 0);
    CHECK_CLOSE(pre_first.c(), 0.1 * std::exp(-d / 17 - 2100.0 / 700), 1e-13, 0);
    CHECK(pre_first.w() == 1);  // nothing came that would have made use of it
  }
}

TEST_CASE("rstdp: of an arrival and a spike in one step the arrival is first, or they are no pair") {
  Rstdp::Params p;
  Pair first(p);
  first.arrive(0, 10), first.fire(0, 10);
  CHECK(first.c() == 0.1);
  p.coincidence = Coincidence::no_pair;
  Pair none(p);
  none.arrive(0, 10), none.fire(0, 10);
  CHECK(none.c() == 0);
  none.fire(0, 11);
  CHECK_CLOSE(none.c(), 0.1 * std::exp(-1.0 / 20), 1e-15, 0);
}

TEST_CASE("rstdp: a modulator that comes later changes the weight by its integral with the eligibility") {
  Rstdp::Params p;
  p.bias = 0.01, p.w_max = 100;
  Pair pair(p);
  pair.arrive(0, 5), pair.fire(0, 8);
  const double c = 0.1 * std::exp(-3.0 / 20), keeps = std::exp(-10.0 / 1000);
  for (int k = 1; k <= 150; ++k) pair.sweep(10 * k, 0);
  CHECK_CLOSE(pair.w() - 1, 0.01 * c * (1 - std::pow(keeps, 150)) / (1 - keeps), 1e-12, 0);
  const double without = pair.w();
  for (int k = 151; k <= 1500; ++k) pair.sweep(10 * k, k == 151 ? 0.5 : 0);  // a reward after 1.5 s
  const double bias_alone = 0.01 * c * (std::pow(keeps, 150) - std::pow(keeps, 1500)) / (1 - keeps);
  CHECK_CLOSE(pair.w() - without - bias_alone, 0.5 * c * std::pow(keeps, 150), 1e-12, 0);
  // With changes that come often against tau_c: dw/dt = (bias + modulator) c per every_ms.
  CHECK_CLOSE(1 / (1 - keeps), p.tau_c_ms / p.every_ms, 0.01, 0);
}

TEST_CASE("rstdp: a modulator of zero mean makes no drift, whatever the eligibilities are; its mean and the bias do") {
  // Many independent synapses, each from a branch of its own to a target of its own would need one projection each; all
  // pairs of 30 branches and 30 targets will do, for the test is about the mean over synapses and time.
  const uint32_t n = 30;
  const size_t n_steps = 20000;
  const auto pre = random_spikes(11, n, n_steps, 0.02), post = random_spikes(12, n, n_steps, 0.02);
  const auto drift = [&](double mean, double bias, double sign) {
    Rstdp::Params p;
    p.w_min = -1e6, p.w_max = 1e6, p.bias = bias, p.tau_c_ms = 100;
    Projection projection(p, n, n, 0);
    eg::Random random(13, "signs");
    for (size_t step = 0; step < n_steps; ++step) {
      const auto t = static_cast<double>(step + 1);
      for (uint32_t i = 0; i < n; ++i)
        if (pre[step][i]) projection.arrive(i, t);
      for (uint32_t j = 0; j < n; ++j)
        if (post[step][j]) projection.fire(j, t);
      if ((step + 1) % 10 == 0) projection.sweep(t, mean + sign * (random.uniform() < 0.5 ? -1 : 1));
    }
    double sum = 0;
    for (const double w : projection.weight) sum += w / (n * n);
    return sum;
  };
  const double by_mean = drift(1, 0, 0), by_signs = drift(0, 0, 1);
  CHECK(by_mean < -3);  // a_minus is larger than a_plus
  CHECK(std::abs(by_signs) < 0.1 * std::abs(by_mean));
  CHECK_CLOSE(drift(0, 0, -1), -by_signs, 1e-9, 0);                    // exactly odd in the modulator,
  CHECK_CLOSE(drift(0.3, 0.2, 1), 0.5 * by_mean + by_signs, 1e-9, 0);  // linear in it, and the bias is part of it
}

TEST_CASE("rstdp: weights stay within the bounds, and the eligibility does not notice them") {
  Rstdp::Params p;
  p.w_min = 0.5, p.w_max = 1.5, p.tau_c_ms = 1e9;
  Pair pair(p);
  pair.arrive(0, 1), pair.fire(0, 2);
  const double c = pair.c();
  pair.sweep(10, 1e3);
  CHECK(pair.w() == 1.5);
  pair.sweep(20, -1e3);
  CHECK(pair.w() == 0.5);
  CHECK_CLOSE(pair.c(), c, 1e-7, 0);
  pair.sweep(30, 1);
  CHECK_CLOSE(pair.w(), 0.5 + 1.002 * c, 1e-7, 0);
}

TEST_CASE("rstdp: an eligibility nobody renews ends at 0, not in numbers too small to compute with") {
  Rstdp::Params p;
  p.tau_c_ms = 1;
  Pair pair(p);
  pair.arrive(0, 1), pair.fire(0, 2);
  for (int k = 0; k < 22; ++k) pair.sweep(10 * k, 0);
  CHECK(pair.c() > 0);
  for (int k = 0; k < 3; ++k) pair.sweep(10 * k, 0);
  CHECK(pair.c() == 0);
}

TEST_CASE("rstdp: refuses parameters and weights that cannot be meant") {
  const auto error = [](const Rstdp::Params& p, double w) -> std::string {
    try {
      Pair pair(p, w);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(error(Rstdp::Params{}, 4) == "");
  CHECK(error(Rstdp::Params{}, -2) ==
        "a synapse starts with weight -2, outside [0, 4]: change the weight, w_min or w_max");
  Rstdp::Params p;
  p.w_min = 4;
  CHECK(error(p, 4) == "w_min is not below w_max: set them apart");
}
