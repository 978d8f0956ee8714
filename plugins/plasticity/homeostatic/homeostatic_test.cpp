// Tests of core.homeostatic through its table: the estimate of rates, the factors, the study's estimator step by step.
#include "../common/test_projection.hpp"
#include "model.hpp"
#include "support.hpp"

using core::Homeostatic;
using namespace core::testing;
using Projection = TestProjection<Homeostatic>;
using Synapse = OneSynapse<Homeostatic>;

namespace {

// 60 units, each with one synapse, that fire as Poisson trains on a grid of dt.
struct PoissonTargets {
  static constexpr uint32_t n = 60;
  static constexpr double dt_ms = 0.5;
  Projection projection;
  eg::Random random{3, "homeostatic test", 0};
  int step = 0;

  explicit PoissonTargets(const Homeostatic::Params& p) : projection(p, n, synapses(), 1, dt_ms) {}
  void run(double rate_hz, double until_ms, double every_ms) {
    const int period = static_cast<int>(every_ms / dt_ms);
    for (; step * dt_ms < until_ms; ++step) {
      const double t = (step + 1) * dt_ms;
      for (uint32_t u = 0; u < n; ++u)
        if (random.uniform() < rate_hz * dt_ms * 1e-3) projection.fire(u, t);
      if ((step + 1) % period == 0) projection.update(t);
    }
  }
  double mean_rate_hz() const {
    double sum = 0;
    for (uint32_t u = 0; u < n; ++u) sum += projection.post(Homeostatic::kRate, u) / n;
    return sum;
  }

 private:
  static std::vector<Projection::Synapse> synapses() {
    std::vector<Projection::Synapse> out;
    for (uint32_t u = 0; u < n; ++u) out.push_back({u, u, 0});
    return out;
  }
};

}  // namespace

TEST_CASE("homeostatic: the estimated rate of Poisson trains is their rate") {
  Homeostatic::Params p;
  p.target_rate_hz = 3, p.tau_ms = 2000, p.every_ms = 500;
  PoissonTargets targets(p);
  double mean = 0;
  targets.run(20, 20e3, 500);
  for (int k = 1; k <= 20; ++k) targets.run(20, 20e3 + k * 4e3, 500), mean += targets.mean_rate_hz() / 20;
  // 60 units, 80 s at 20 Hz: 96,000 spikes.
  CHECK_CLOSE(mean, 20, 0.01, 0);
}

TEST_CASE("homeostatic: on a regular train the mean of the estimate is exactly the rate") {
  Homeostatic::Params p;
  p.target_rate_hz = 3, p.tau_ms = 50, p.every_ms = 0.5, p.eta = 0;
  Synapse s(p, 1, 0.5);
  double mean = 0;
  for (int step = 0; step < 40000; ++step) {
    if (step % 20 == 0) s.fire(0, (step + 1) * 0.5);
    s.update((step + 1) * 0.5);
    if (step >= 20000) mean += s.post(Homeostatic::kRate, 0) / 20000;
  }
  CHECK_CLOSE(mean, 100, 1e-10, 0);
}

TEST_CASE("homeostatic: counting on every tenth step only, the estimate reads a tenth") {
  Homeostatic::Params p;
  p.target_rate_hz = 3, p.tau_ms = 2000, p.every_ms = 500, p.sample_every_steps = 10;
  PoissonTargets targets(p);
  double mean = 0;
  targets.run(20, 20e3, 500);
  for (int k = 1; k <= 40; ++k) targets.run(20, 20e3 + k * 4e3, 500), mean += targets.mean_rate_hz() / 40;
  CHECK_CLOSE(mean, 2, 0.02, 0);
}

TEST_CASE("homeostatic: sampling that alternates with counting reads the rate in between") {
  Homeostatic::Params p;
  p.target_rate_hz = 3, p.tau_ms = 2000, p.every_ms = 500, p.sample_every_steps = 10;
  p.sampling_ms = 100, p.counting_ms = 50;
  PoissonTargets targets(p);
  double mean = 0;
  targets.run(20, 20e3, 500);
  for (int k = 1; k <= 40; ++k) targets.run(20, 20e3 + k * 4e3, 500), mean += targets.mean_rate_hz() / 40;
  CHECK_CLOSE(mean, 20 * (0.1 * 100 + 50) / 150, 0.02, 0);
}

TEST_CASE("homeostatic: before the first spike the estimate is the target and nothing is scaled") {
  for (const auto form : {Homeostatic::Form::turrigiano, Homeostatic::Form::ratio}) {
    Homeostatic::Params p;
    p.tau_ms = 1e9, p.form = form, p.every_ms = 1, p.eta = 1;
    Synapse s(p);
    s.update(1);
    CHECK_CLOSE(s.w(), 5, 1e-6, 0);
  }
}

TEST_CASE("homeostatic: one update scales by 1 + eta times the relative error, within its bounds") {
  Homeostatic::Params p;
  p.target_rate_hz = 10, p.tau_ms = 1e5, p.every_ms = 10, p.eta = 0.02;
  // The estimate starts at 10 Hz and each spike adds 1e3 / tau = 0.01 Hz.
  const auto after = [&](int spikes) {
    Synapse s(p);
    for (int k = 0; k < spikes; ++k) s.fire(0, 9.9);  // in one step, to know the estimate in closed form
    s.update(10);
    return s.w();
  };
  const double decay = std::pow(1 - 0.1 / 1e5, 100), at_spikes = std::pow(1 - 0.1 / 1e5, 99);
  for (const int spikes : {0, 300, 1500}) {
    const double rate = (10 * at_spikes + 0.01 * spikes) * decay / at_spikes;
    p.form = Homeostatic::Form::turrigiano;
    CHECK_CLOSE(after(spikes), 5 * (1 + 0.02 * (10 - rate) / 10), 0, 1e-12);
    p.form = Homeostatic::Form::ratio;
    CHECK_CLOSE(after(spikes), 5 * (1 + 0.02 * (10 / (rate + 1e-6) - 1)), 0, 1e-12);
  }
  p.form = Homeostatic::Form::turrigiano, p.eta = 1, p.factor_min = 0.7, p.factor_max = 1.2;
  CHECK(after(5000) == 5 * 0.7);
  p.tau_ms = 0.11, p.form = Homeostatic::Form::ratio;  // forgets everything within a period
  CHECK(after(0) == 5 * 1.2);
}

TEST_CASE("homeostatic: all synapses of a unit keep their ratios, those of other units their weights") {
  Homeostatic::Params p;
  p.tau_ms = 1000, p.every_ms = 100, p.eta = 0.1;
  Projection projection(p, 2, {{0, 0, 0}, {1, 0, 0}, {2, 0, 3}, {0, 1, 0}}, 1);
  const std::vector<double> start{1, 5, 2, 3};  // in order of source, delay, target
  projection.weight = start;
  for (int k = 1; k < 100; ++k) projection.fire(0, k);
  for (int k = 1; k < 100; ++k)
    if (k % 20 == 0) projection.fire(1, k);  // 5 Hz need a spike each 200 ms: more than that
  projection.update(100);
  const auto factor = [&](size_t k) { return projection.weight[k] / start[k]; };
  const auto& s = projection.synapses();
  for (size_t a = 0; a < s.size(); ++a)
    for (size_t b = 0; b < s.size(); ++b)
      if (s[a].target == s[b].target) CHECK_CLOSE(factor(a), factor(b), 1e-14, 0);
  CHECK(factor(0) == 0.9);  // ten times its target: as fast as one update may
  CHECK(projection.synapses()[1].target == 1);
  CHECK(factor(1) < 1);
  CHECK(factor(1) > 0.9);
}

TEST_CASE("homeostatic: weights drive a linear unit to its target, and stay within bounds where they cannot") {
  Homeostatic::Params p;
  p.target_rate_hz = 8, p.tau_ms = 2000, p.every_ms = 200, p.eta = 0.1;
  for (const auto form : {Homeostatic::Form::turrigiano, Homeostatic::Form::ratio}) {
    p.form = form;
    const auto run = [&](double hz_per_weight) {
      Synapse s(p, 5, 1.0);
      eg::Random random(13, "linear unit", 0);
      double spikes = 0;
      for (int step = 0; step < 400000; ++step) {
        if (random.uniform() < hz_per_weight * s.w() * 1e-3) s.fire(0, step + 1), spikes += step >= 200000;
        if ((step + 1) % 200 == 0) s.update(step + 1);
      }
      return std::pair(spikes / 200, s.w());
    };
    CHECK_CLOSE(run(8).first, 8, 0.06, 0);  // starts five times too high
    CHECK(run(0.1).second == p.w_max);      // 2 Hz is the most it can
  }
}

TEST_CASE("homeostatic: reproduces the estimator and the scaling of the 2026 study step by step") {
  // r <- (1 - a) r + a spike 1000 / d with a = d / tau, d = 10 steps; w <- w clip(1 + eta (target / (r + 1e-6) - 1)).
  Homeostatic::Params p;
  p.target_rate_hz = 10, p.tau_ms = 500, p.eta = 0.01, p.every_ms = 100, p.w_max = 20;
  p.form = Homeostatic::Form::ratio, p.sample_every_steps = 10;
  Synapse s(p, 1);
  eg::Random random(21, "study", 0);
  double r = 10, w = 1;
  const double d = 1, a = d / 500;
  for (int step = 0; step < 50000; ++step) {
    const bool spikes = random.uniform() < 10e-4;
    if (spikes) s.fire(0, (step + 1) * 0.1);
    if (step % 10 == 0) r = (1 - a) * r + a * (spikes ? 1000 / d : 0);
    if ((step + 1) % 1000 != 0) continue;
    s.update((step + 1) * 0.1);
    w = std::min(20.0, w * std::clamp(1 + 0.01 * (10 / (r + 1e-6) - 1), 0.9, 1.1));
    CHECK_CLOSE(s.w(), w, 1e-9, 0);
  }
  CHECK(w > 5);  // ten hertz looks like one: up and up
}

TEST_CASE("homeostatic: a time in which the rule rested counts as one period at most") {
  Homeostatic::Params p;
  p.target_rate_hz = 10, p.tau_ms = 1000, p.every_ms = 100;
  Synapse s(p);
  s.fire(0, 100), s.update(100);
  const double before = s.post(Homeostatic::kRate, 0);
  s.update(50e3);
  CHECK_CLOSE(s.post(Homeostatic::kRate, 0), before * std::pow(1 - 1e-4, 1000), 1e-9, 0);
}

TEST_CASE("homeostatic: says when updates are due, and refuses what cannot be meant") {
  Homeostatic::Params p;
  p.every_ms = 123;
  CHECK(Synapse(p).update_every_ms() == 123);
  CHECK(refusal<Homeostatic>(p, -2) ==
        "a synapse starts with weight -2, outside [0, 20]: change the weight, w_min or w_max");
  p.tau_ms = 1, p.sample_every_steps = 20;
  CHECK(refusal<Homeostatic>(p, 5) ==
        "tau_ms = 1 is not longer than the 2 ms between two looks at the spikes: make it longer");
  p.w_min = 20;
  CHECK(refusal<Homeostatic>(p, 20) == "w_min is not below w_max: set them apart");
}
