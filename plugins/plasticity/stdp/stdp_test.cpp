// Tests of core.stdp through its table: against all pairs by brute force, against windows, drifts and bounds in closed
// form.
#include <deque>

#include "../common/test_projection.hpp"
#include "model.hpp"
#include "support.hpp"

using core::Stdp;
using namespace core::testing;
using Projection = TestProjection<Stdp>;
using Pair = OneSynapse<Stdp>;

namespace {

// The weight of one synapse after all its events, pairs summed one by one.
double brute_force(const Stdp::Params& p, double w, const std::vector<double>& arrivals,
                   const std::vector<double>& spikes) {
  const auto sum = [&](const std::vector<double>& others, double t, double tau) {
    double all = 0, nearest = 0;
    for (const double s : others)
      if (s < t) all += std::exp((s - t) / tau), nearest = std::exp((s - t) / tau);
    return p.pairing == Stdp::Pairing::all_to_all ? all : nearest;
  };
  const double range = p.w_max - p.w_min;
  size_t a = 0, s = 0;
  while (a < arrivals.size() || s < spikes.size()) {
    // At one time depression comes first.
    const bool is_arrival = s == spikes.size() || (a < arrivals.size() && arrivals[a] <= spikes[s]);
    if (is_arrival) {
      double f = 1;
      if (p.weight_dependence == Stdp::Dependence::multiplicative) f = std::pow((w - p.w_min) / range, p.mu);
      if (p.weight_dependence == Stdp::Dependence::power_law) f = w / p.w_reference;
      w -= p.a_minus * f * sum(spikes, arrivals[a++], p.tau_minus_ms);
    } else {
      double f = 1;
      if (p.weight_dependence == Stdp::Dependence::multiplicative) f = std::pow((p.w_max - w) / range, p.mu);
      if (p.weight_dependence == Stdp::Dependence::power_law) f = std::pow(w / p.w_reference, p.mu);
      w += p.a_plus * f * sum(arrivals, spikes[s++], p.tau_plus_ms);
    }
    w = std::min(p.w_max, std::max(p.w_min, w));
  }
  return w;
}

// Every unit to every unit, with delays of 1, 2 and 3 ms: three branches a source, of different numbers of synapses.
std::vector<Projection::Synapse> all_pairs(uint32_t n) {
  std::vector<Projection::Synapse> synapses;
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t j = 0; j < n; ++j) synapses.push_back({i, j, j % 3 == 0 ? 1.0 : (j % 7 == 4 ? 2.0 : 3.0)});
  return synapses;
}

// Random spikes of n units on a grid of 1 ms, so that many coincide, and what each synapse saw of them.
struct RandomTrains {
  std::vector<std::vector<double>> arrivals, spikes;  // [synapse][], [unit][]
  size_t coincidences = 0;

  RandomTrains(Projection& projection, uint32_t n, uint64_t seed) : arrivals(projection.synapses().size()), spikes(n) {
    eg::Random random(7, "stdp test", seed);
    std::vector<std::vector<double>> emitted(n);
    for (int step = 1; step < 600; ++step) {
      const double t = step;
      for (uint32_t i = 0; i < n; ++i)
        if (random.uniform() < 0.08) emitted[i].push_back(t);
      for (uint32_t b = 0; b < projection.branches().size(); ++b) {
        const auto& branch = projection.branches()[b];
        if (std::ranges::find(emitted[branch.source], t - branch.delay_ms) == emitted[branch.source].end()) continue;
        projection.arrive(b, t);
        for (uint64_t k = branch.first; k < branch.first + branch.n; ++k) arrivals[k].push_back(t);
      }
      for (uint32_t j = 0; j < n; ++j) {
        if (random.uniform() >= 0.1) continue;
        projection.fire(j, t);
        spikes[j].push_back(t);
        for (size_t k = 0; k < arrivals.size(); ++k)
          coincidences += projection.synapses()[k].target == j && !arrivals[k].empty() && arrivals[k].back() == t;
      }
    }
  }
};

}  // namespace

TEST_CASE("stdp: traces equal the sum over all pairs, for every variant and with several delays") {
  const uint32_t n = 13;
  for (const auto pairing : {Stdp::Pairing::all_to_all, Stdp::Pairing::nearest_neighbour})
    for (const auto dependence :
         {Stdp::Dependence::additive, Stdp::Dependence::multiplicative, Stdp::Dependence::power_law})
      for (const double mu : {0.0, 0.4, 1.0}) {
        Stdp::Params p;
        p.pairing = pairing, p.weight_dependence = dependence, p.mu = mu;
        p.tau_plus_ms = 14, p.tau_minus_ms = 31, p.a_plus = 0.3, p.a_minus = 0.2;
        p.w_min = 0.5, p.w_max = 4, p.w_reference = 1.7;
        CAPTURE(static_cast<int>(pairing));
        CAPTURE(static_cast<int>(dependence));
        CAPTURE(mu);
        Projection projection(p, n, all_pairs(n), 2);
        CHECK(projection.branches().size() == 3 * n);
        const RandomTrains trains(projection, n, static_cast<uint64_t>(dependence));
        CHECK(trains.coincidences > 500);
        size_t inside = 0;
        for (size_t k = 0; k < projection.weight.size(); ++k) {
          const double w = projection.weight[k];
          CHECK_CLOSE(w, brute_force(p, 2, trains.arrivals[k], trains.spikes[projection.synapses()[k].target]), 0,
                      1e-12);
          inside += w > p.w_min && w < p.w_max;
        }
        CHECK(inside > 10);  // not all of it at the bounds, where the comparison would be empty
      }
}

TEST_CASE("stdp: rules with other time constants that act at the same time do not disturb each other") {
  Stdp::Params slow, fast_plus, fast_minus;
  fast_plus.tau_plus_ms = 3, fast_minus.tau_minus_ms = 3;
  const auto played = [](const std::vector<Stdp::Params>& rules) {
    std::deque<Pair> pairs;
    for (const auto& p : rules) pairs.emplace_back(p, 1);
    for (int step = 0; step < 40; ++step)
      for (auto& pair : pairs) {
        if (step % 3 == 0)
          pair.arrive(0, step);
        else
          pair.fire(0, step);
      }
    std::vector<double> weights;
    for (const auto& pair : pairs) weights.push_back(pair.w());
    return weights;
  };
  const auto at_once = played({slow, fast_plus, fast_minus});
  CHECK(at_once == std::vector{played({slow})[0], played({fast_plus})[0], played({fast_minus})[0]});
  CHECK(at_once[0] != at_once[1]);
  CHECK(at_once[0] != at_once[2]);
}

TEST_CASE("stdp: blocks of any number of synapses give what single synapses give, bit for bit") {
  for (const auto dependence :
       {Stdp::Dependence::additive, Stdp::Dependence::multiplicative, Stdp::Dependence::power_law}) {
    Stdp::Params p;
    p.weight_dependence = dependence, p.mu = 0.3, p.w_min = 0.01, p.a_plus = 0.2, p.a_minus = 0.1;
    for (uint32_t n = 1; n < 20; ++n) {
      std::vector<Projection::Synapse> fan_out, fan_in;
      for (uint32_t j = 0; j < n; ++j) fan_out.push_back({0, j, 0}), fan_in.push_back({j, 0, 0});
      Projection out(p, n, fan_out, 2), in(p, 1, fan_in, 2);
      std::vector<Pair> out_alone, in_alone;
      for (uint32_t j = 0; j < n; ++j) out_alone.emplace_back(p, 2.0), in_alone.emplace_back(p, 2.0);
      for (double t = 1; t < 60; ++t)
        for (uint32_t j = 0; j < n; ++j) {
          if (std::fmod(t * (j + 2), 11) == 0) {
            out.fire(j, t), out_alone[j].fire(0, t);
            in.arrive(j, t), in_alone[j].arrive(0, t);
          }
          if (j == n - 1 && std::fmod(t, 7) == 3) {
            out.arrive(0, t), in.fire(0, t);
            for (uint32_t i = 0; i < n; ++i) out_alone[i].arrive(0, t), in_alone[i].fire(0, t);
          }
        }
      for (uint32_t j = 0; j < n; ++j) {
        CHECK(out.weight[j] == out_alone[j].w());
        CHECK(in.weight[j] == in_alone[j].w());
        CHECK(out.weight[j] != 2);
      }
    }
  }
}

TEST_CASE("stdp: a single pair changes the weight by the exponential window") {
  Stdp::Params p;
  p.tau_plus_ms = 17, p.tau_minus_ms = 34, p.a_plus = 0.01, p.a_minus = 0.004;
  for (const double dt : {0.1, 1.0, 10.0, 40.0, 400.0}) {
    Pair pre_first(p), post_first(p);
    pre_first.arrive(0, 100), pre_first.fire(0, 100 + dt);
    post_first.fire(0, 100), post_first.arrive(0, 100 + dt);
    CHECK_CLOSE(pre_first.w(), 5 + 0.01 * std::exp(-dt / 17), 0, 1e-15);
    CHECK_CLOSE(post_first.w(), 5 - 0.004 * std::exp(-dt / 34), 0, 1e-15);
  }
  Pair pairings(p);  // Bi & Poo 1998: 60 pairings at 1 Hz, far enough apart not to meet
  for (int k = 0; k < 60; ++k) pairings.arrive(0, 1e3 * k + 5), pairings.fire(0, 1e3 * k + 15);
  CHECK_CLOSE(pairings.w(), 5 + 60 * 0.01 * std::exp(-10.0 / 17), 0, 1e-13);
}

TEST_CASE("stdp: spikes at one time do not pair, whichever is told first") {
  for (const auto pairing : {Stdp::Pairing::all_to_all, Stdp::Pairing::nearest_neighbour}) {
    Stdp::Params p;
    p.pairing = pairing;
    Pair alone(p);
    alone.arrive(0, 10), alone.fire(0, 10);
    CHECK(alone.w() == 5);
    Pair pre_first(p), post_first(p);
    for (const double t : {3.0, 10.0, 12.5}) {
      pre_first.arrive(0, t), pre_first.fire(0, t);
      post_first.fire(0, t), post_first.arrive(0, t);
    }
    CHECK(pre_first.w() != 5);
    CHECK_CLOSE(pre_first.w(), post_first.w(), 0, 1e-15);
  }
}

TEST_CASE("stdp: a spike long ago, or none at all, leaves no trace") {
  Pair p(Stdp::Params{});
  p.fire(0, 0.1);
  p.arrive(0, 1e7);
  CHECK(p.w() == 5);
  Pair q(Stdp::Params{});
  q.arrive(0, 0.1);  // the traces start as if nothing had ever happened, not as if at time 0
  CHECK(q.w() == 5);
}

TEST_CASE("stdp: traces go on across the frames in which their levels are kept, however long a unit was silent") {
  for (const auto pairing : {Stdp::Pairing::all_to_all, Stdp::Pairing::nearest_neighbour}) {
    Stdp::Params p;
    p.pairing = pairing, p.tau_plus_ms = 0.5, p.tau_minus_ms = 0.75;  // frames of 128 and 192 ms
    for (const double begin_ms : {128.0, 192.0, 384.0, 128e4})
      for (const double after_ms : {0.0, 0.25, 1.0, 130.0}) {
        CAPTURE(begin_ms);
        CAPTURE(after_ms);
        Pair pre_first(p), post_first(p);
        const std::vector<double> early{begin_ms - 1.25, begin_ms - 0.25}, late{begin_ms + after_ms};
        for (const double t : early) pre_first.arrive(0, t), post_first.fire(0, t);
        pre_first.fire(0, late[0]), post_first.arrive(0, late[0]);
        CHECK_CLOSE(pre_first.w(), brute_force(p, 5, early, late), 0, 1e-14);
        CHECK_CLOSE(post_first.w(), brute_force(p, 5, late, early), 0, 1e-14);
      }
  }
}

TEST_CASE("stdp: independent Poisson trains drift at the rate of theory") {
  // d<w>/dt = nu_pre nu_post (a_plus tau_plus - a_minus tau_minus); small steps, far from the bounds.
  for (const auto& [a_plus, a_minus] : {std::pair{1e-6, 0.4e-6}, std::pair{0.3e-6, 1e-6}}) {
    Stdp::Params p;
    p.a_plus = a_plus, p.a_minus = a_minus, p.tau_plus_ms = 15, p.tau_minus_ms = 20;
    const uint32_t n = 40;
    std::vector<Projection::Synapse> synapses;
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t j = 0; j < n; ++j) synapses.push_back({i, j, 0});
    Projection projection(p, n, synapses, 5);
    const double until_ms = 200e3, pre_hz = 20, post_hz = 12;
    for (const auto& e : poisson_events(11, n, pre_hz, n, post_hz, until_ms))
      if (e.is_post)
        projection.fire(e.unit, e.t_ms);
      else
        projection.arrive(e.unit, e.t_ms);
    double mean = 0;
    for (const double w : projection.weight) mean += w / static_cast<double>(n * n);
    const double theory = until_ms * pre_hz * post_hz * 1e-6 * (a_plus * 15 - a_minus * 20);
    CHECK_CLOSE(mean - 5, theory, 0.02, 0);
  }
}

TEST_CASE("stdp: weights stay within the bounds and come back from them") {
  for (const auto dependence : {Stdp::Dependence::additive, Stdp::Dependence::multiplicative}) {
    Stdp::Params p;
    p.weight_dependence = dependence, p.mu = 0.5, p.a_plus = 3, p.a_minus = 30, p.w_min = 0, p.w_max = 8;
    Pair pair(p);
    double t = 0;
    for (int k = 0; k < 10; ++k) pair.fire(0, t += 200), pair.arrive(0, t += 1);
    CHECK(pair.w() == 0);
    pair.arrive(0, t += 500);
    pair.fire(0, t += 1);
    CHECK(pair.w() > 0);  // a synapse at 0 is still there
    for (int k = 0; k < 50; ++k) pair.arrive(0, t += 500), pair.fire(0, t += 1);
    CHECK(pair.w() <= 8);
    CHECK(pair.w() > 7.9);
  }
}

TEST_CASE("stdp: with sample_every_steps it knows of the spikes of every n-th step only") {
  Stdp::Params sampled, all;
  sampled.sample_every_steps = 10;
  Pair seen(sampled), missed(sampled), mixed(sampled), only_sampled(all);
  const double dt = 0.1;
  const auto end_of_step = [&](int step) { return (step + 1) * dt; };
  seen.arrive(0, end_of_step(20)), seen.fire(0, end_of_step(40));
  CHECK_CLOSE(seen.w(), 5 + all.a_plus * std::exp(-2.0 / 20), 0, 1e-14);
  for (int step = 1; step < 200; ++step)
    if (step % 10 != 0) missed.arrive(0, end_of_step(step)), missed.fire(0, end_of_step(step));
  CHECK(missed.w() == 5);
  eg::Random random(3, "sampled", 0);
  for (int step = 0; step < 20000; ++step) {
    const bool arrives = random.uniform() < 0.05, fires = random.uniform() < 0.05;
    if (arrives) mixed.arrive(0, end_of_step(step));
    if (fires) mixed.fire(0, end_of_step(step));
    if (step % 10 != 0) continue;
    if (arrives) only_sampled.arrive(0, end_of_step(step));
    if (fires) only_sampled.fire(0, end_of_step(step));
  }
  CHECK(mixed.w() == only_sampled.w());
  CHECK(mixed.w() != 5);
}

TEST_CASE("stdp: refuses parameters and weights that cannot be meant") {
  CHECK(refusal<Stdp>({}, 10) == "");
  CHECK(refusal<Stdp>({}, -2) == "a synapse starts with weight -2, outside [0, 10]: change the weight, w_min or w_max");
  Stdp::Params p;
  p.w_min = 10;
  CHECK(refusal<Stdp>(p, 10) == "w_min is not below w_max: set them apart");
  p.w_min = 0, p.weight_dependence = Stdp::Dependence::power_law;
  CHECK(refusal<Stdp>(p, 5) == "power_law needs w_min above 0: a weight of 0 would never grow again");
}
