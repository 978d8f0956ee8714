// Tests of core.inhibitory_stdp through its table: the window, drifts, bounds, and a target that reaches its rate.
#include "../common/test_projection.hpp"
#include "model.hpp"
#include "support.hpp"

using core::InhibitoryStdp;
using namespace core::testing;
using Projection = TestProjection<InhibitoryStdp>;
using Pair = OneSynapse<InhibitoryStdp>;

namespace {

InhibitoryStdp::Params params() {
  InhibitoryStdp::Params p;
  p.tau_ms = 25, p.eta = 0.01, p.target_rate_hz = 4;
  return p;
}
// What every presynaptic spike takes off the strength.
constexpr double less = 0.01 * 2 * 4e-3 * 25;

}  // namespace

TEST_CASE("inhibitory_stdp: a pair strengthens inhibition by the same window in either order, at no distance too") {
  for (const double dt : {0.0, 0.1, 3.0, 40.0, 400.0}) {
    Pair pre_first(params(), -5), post_first(params(), -5);
    pre_first.arrive(0, 100), pre_first.fire(0, 100 + dt);
    post_first.fire(0, 100), post_first.arrive(0, 100 + dt);
    CHECK_CLOSE(-pre_first.w(), 5 + 0.01 * std::exp(-dt / 25) - less, 0, 1e-15);
    CHECK_CLOSE(-post_first.w(), 5 + 0.01 * std::exp(-dt / 25) - less, 0, 1e-15);
  }
}

TEST_CASE(
    "inhibitory_stdp: a presynaptic spike alone weakens inhibition by eta alpha, a postsynaptic one does nothing") {
  Pair p(params(), -5);
  p.fire(0, 1);
  CHECK(p.w() == -5);
  p.arrive(0, 1e6);
  CHECK_CLOSE(-p.w(), 5 - less, 0, 1e-15);
  Pair first(params(), -5);
  first.arrive(0, 0.1);  // at the start no trace is left of anything
  CHECK_CLOSE(-first.w(), 5 - less, 0, 1e-15);
}

TEST_CASE("inhibitory_stdp: traces equal the sum over all pairs, with several delays") {
  const uint32_t n = 11;
  std::vector<Projection::Synapse> synapses;
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t j = 0; j < n; ++j) synapses.push_back({i, j, j % 2 ? 1.0 : 4.0});
  auto p = params();
  p.w_min = -1e3;
  Projection projection(p, n, synapses, -100);
  std::vector<std::vector<double>> arrivals(synapses.size()), spikes(n), emitted(n);
  eg::Random random(7, "inhibitory stdp test", 0);
  for (int step = 1; step < 600; ++step) {  // on a grid of 1 ms, so that many coincide
    const double t = step;
    for (uint32_t i = 0; i < n; ++i)
      if (random.uniform() < 0.08) emitted[i].push_back(t);
    for (uint32_t b = 0; b < projection.branches().size(); ++b) {
      const auto& branch = projection.branches()[b];
      if (std::ranges::find(emitted[branch.source], t - branch.delay_ms) == emitted[branch.source].end()) continue;
      projection.arrive(b, t);
      for (uint64_t k = branch.first; k < branch.first + branch.n; ++k) arrivals[k].push_back(t);
    }
    for (uint32_t j = 0; j < n; ++j)
      if (random.uniform() < 0.1) projection.fire(j, t), spikes[j].push_back(t);
  }
  for (size_t k = 0; k < synapses.size(); ++k) {
    double strength = 100;
    for (const double a : arrivals[k]) {
      strength -= less;
      for (const double s : spikes[projection.synapses()[k].target]) strength += 0.01 * std::exp(-std::abs(a - s) / 25);
    }
    CHECK_CLOSE(-projection.weight[k], strength, 1e-12, 0);
    CHECK(projection.weight[k] != -100);
  }
}

TEST_CASE("inhibitory_stdp: independent Poisson trains drift at the rate of theory, which is none at the target rate") {
  // d<strength>/dt = 2 eta tau nu_pre (nu_post - target)
  const uint32_t n = 40;
  std::vector<Projection::Synapse> synapses;
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t j = 0; j < n; ++j) synapses.push_back({i, j, 0});
  for (const double post_hz : {10.0, 25.0, 2.0}) {
    auto p = params();
    p.eta = 1e-6, p.target_rate_hz = 10;
    Projection projection(p, n, synapses, -5);
    const double until_ms = 200e3, pre_hz = 20;
    double mean_rate_hz = 0;
    for (const auto& e : poisson_events(5, n, pre_hz, n, post_hz, until_ms))
      if (e.is_post)
        projection.fire(e.unit, e.t_ms), mean_rate_hz += 1e3 / (n * until_ms);
      else
        projection.arrive(e.unit, e.t_ms);
    double mean = 0;
    for (const double w : projection.weight) mean -= w / static_cast<double>(n * n);
    const double unit = 2e-6 * 25e-3 * pre_hz * until_ms * 1e-3;  // change per Hz beyond the target
    CHECK_CLOSE((mean - 5) / unit, post_hz - 10, 0.02, 0.2);
  }
}

TEST_CASE("inhibitory_stdp: inhibition brings a target with Poisson spikes to the target rate") {
  // A unit that fires at a drive less what arrives, filtered: no neuron needed to see where the rule leads. Many weak
  // synapses, because the rate settles above the target by the spikes that each inhibitory one suppresses / 2 tau.
  const uint32_t n = 200;
  std::vector<Projection::Synapse> synapses;
  for (uint32_t i = 0; i < n; ++i) synapses.push_back({i, 0, 0});
  for (const double drive_hz : {30.0, 60.0}) {
    InhibitoryStdp::Params p;
    p.target_rate_hz = 8, p.eta = 0.002, p.w_min = -100;
    Projection projection(p, 1, synapses, -0.01, 1.0);
    eg::Random random(9, "inhibited target", 0);
    double inhibition_hz = 0, spikes = 0, early = 0;
    const int steps = 200000;  // of 1 ms
    for (int step = 0; step < steps; ++step) {
      const double t = step + 1;
      inhibition_hz *= std::exp(-1.0 / 5);
      for (uint32_t i = 0; i < n; ++i)
        if (random.uniform() < 50e-3) inhibition_hz -= projection.arrive(i, t)[0];
      if (random.uniform() >= 1e-3 * (drive_hz - inhibition_hz)) continue;
      projection.fire(0, t);
      spikes += step >= steps / 2;
      early += step < 2000;
    }
    CHECK(early / 2 > 1.5 * 8);
    CHECK_CLOSE(spikes / (steps / 2 * 1e-3), 8, 0.05, 0);
  }
}

TEST_CASE("inhibitory_stdp: weights stay within the bounds and come back from them") {
  auto p = params();
  p.eta = 4;
  Pair pair(p, -5);
  double t = 0;
  for (int k = 0; k < 20; ++k) pair.arrive(0, t += 1e3);
  CHECK(pair.w() == 0);
  pair.fire(0, t += 1);
  CHECK(pair.w() < -3);
  for (int k = 0; k < 5; ++k) pair.arrive(0, t += 1), pair.fire(0, t += 1);
  CHECK(pair.w() == -10);
  pair.arrive(0, t += 1e4);
  CHECK(pair.w() > -10);
}

TEST_CASE("inhibitory_stdp: refuses bounds and weights that cannot be meant") {
  CHECK(refusal<InhibitoryStdp>({}, -1) == "");
  CHECK(refusal<InhibitoryStdp>({}, 1) ==
        "a synapse starts with weight 1, outside [-10, 0]: change the weight, w_min or w_max");
  auto p = params();
  p.w_max = 3;
  CHECK(refusal<InhibitoryStdp>(p, -1) == "w_max is above 0: weights of inhibition are negative");
  p.w_max = -10;
  CHECK(refusal<InhibitoryStdp>(p, -10) == "w_min is not below w_max: set them apart");
}
