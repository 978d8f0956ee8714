// Tests of core.stdp through its table: against all pairs by brute force, against windows, drifts and bounds in closed
// form.
#include <doctest/doctest.h>

#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <functional>
#include <memory>

#include "model.hpp"
#include "support.hpp"

using core::Stdp;

namespace {

// Plays the kernel for one projection: synapses sorted by source, each with a delay, told of spikes in order of time.
class Projection {
 public:
  struct Synapse {
    uint32_t source, target;
    double delay_ms;
  };
  using Set = std::function<void(Stdp::Params&)>;

  Projection(const Stdp::Params& params, size_t n_pre, size_t n_post, std::vector<Synapse> synapses, double w)
      : weight(synapses.size(), w),
        synapses_(std::move(synapses)),
        row_(n_pre + 1),
        incoming_(n_post),
        sources_(n_post) {
    for (uint64_t k = 0; k < synapses_.size(); ++k) {
      const auto& s = synapses_[k];
      ++row_[s.source + 1];
      target_.push_back(s.target);
      incoming_[s.target].push_back(k);
      sources_[s.target].push_back(s.source);
    }
    for (size_t i = 0; i < n_pre; ++i) row_[i + 1] += row_[i];
    edge_state_.assign(table_.n_edge_state, std::vector<double>(synapses_.size(), 0.0));
    pre_.assign(table_.n_pre, std::vector<double>(n_pre, 0.0));
    post_.assign(table_.n_post, std::vector<double>(n_post, 0.0));
    pre_t_.assign(n_pre, 0.0);
    post_t_.assign(n_post, 0.0);
    for (auto& c : edge_state_) edge_state_p_.push_back(c.data());
    for (auto& c : pre_) pre_p_.push_back(c.data());
    for (auto& c : post_) post_p_.push_back(c.data());
    std::vector<eg_value> values;
    const auto number = [&](double x) { values.push_back({x, 0, "", nullptr, nullptr, 0}); };
    const auto choice = [&](auto x) { values.push_back({0, static_cast<int64_t>(x), "", nullptr, nullptr, 0}); };
    number(params.tau_plus_ms), number(params.tau_minus_ms), number(params.a_plus), number(params.a_minus);
    number(params.w_min), number(params.w_max), choice(params.pairing), choice(params.weight_dependence);
    number(params.mu), number(params.w_reference);
    REQUIRE(values.size() == eg::plasticity<Stdp>.n_params);
    eg_error err{};
    self_ = {table_.create(values.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
    for (uint32_t i = 0; i < n_pre; ++i) call(table_.init, outgoing(i, row_[i], row_[i + 1]), 0);
  }

  // The spikes of `source` arrive at synapses first .. last-1.
  void arrive(uint32_t source, uint64_t first, uint64_t last, double t_ms) {
    call(table_.pre_spike, outgoing(source, first, last), t_ms);
  }
  void arrive(uint32_t source, double t_ms) { arrive(source, row_[source], row_[source + 1], t_ms); }
  void fire(uint32_t unit, double t_ms) {
    eg_edge_block b{};
    b.unit = unit;
    b.n = static_cast<uint32_t>(incoming_[unit].size());
    b.edge = incoming_[unit].data();
    b.other = sources_[unit].data();
    call(table_.post_spike, b, t_ms);
  }

  std::vector<double> weight;

 private:
  eg_edge_block outgoing(uint32_t source, uint64_t first, uint64_t last) {
    eg_edge_block b{};
    b.unit = source;
    b.first_edge = first;
    b.n = static_cast<uint32_t>(last - first);
    b.other = target_.data() + first;
    return b;
  }
  void call(eg_status (*function)(const void*, eg_edge_block*, eg_error*), eg_edge_block b, double t_ms) {
    b.size = sizeof b;
    b.t_ms = t_ms;
    b.dt_ms = 0.1;
    b.weight = weight.data();
    b.edge_state = edge_state_p_.data(), b.pre = pre_p_.data(), b.post = post_p_.data();
    b.pre_t_ms = pre_t_.data(), b.post_t_ms = post_t_.data();
    eg_error err{};
    if (function(self_.get(), &b, &err) != EG_OK) throw std::runtime_error(err.text);
  }

  const eg_edge& table_ = *static_cast<const eg_edge*>(eg::plasticity<Stdp>.table);
  std::vector<Synapse> synapses_;
  std::vector<uint64_t> row_;
  std::vector<uint32_t> target_;
  std::vector<std::vector<uint64_t>> incoming_;
  std::vector<std::vector<uint32_t>> sources_;
  std::vector<std::vector<double>> edge_state_, pre_, post_;
  std::vector<double> pre_t_, post_t_;
  std::vector<double*> edge_state_p_, pre_p_, post_p_;
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

// One synapse from unit 0 to unit 0.
struct Pair : Projection {
  explicit Pair(const Stdp::Params& params, double w = 5) : Projection(params, 1, 1, {{0, 0, 0}}, w) {}
  double w() const { return weight[0]; }
};

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

std::vector<double> poisson_train(eg::Random& random, double rate_hz, double until_ms) {
  std::vector<double> out;
  for (double t = 0; (t -= std::log(random.uniform()) * 1e3 / rate_hz) < until_ms;) out.push_back(t);
  return out;
}

}  // namespace

TEST_CASE("stdp: traces equal the sum over all pairs, for every variant, with delays that differ within a row") {
  const size_t n = 5;
  std::vector<Projection::Synapse> synapses;  // every pair, delays 1, 3 and 3, 1 and 2 ms
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t j = 0; j < n; ++j) synapses.push_back({i, j, j == 0 || j == 3 ? 1.0 : (j == 4 ? 2.0 : 3.0)});
  for (const auto pairing : {Stdp::Pairing::all_to_all, Stdp::Pairing::nearest_neighbour})
    for (const auto dependence :
         {Stdp::Dependence::additive, Stdp::Dependence::multiplicative, Stdp::Dependence::power_law})
      for (const double mu : {0.4, 1.0}) {
        Stdp::Params p;
        p.pairing = pairing, p.weight_dependence = dependence, p.mu = mu;
        p.tau_plus_ms = 14, p.tau_minus_ms = 31, p.a_plus = 0.3, p.a_minus = 0.2;
        p.w_min = 0.5, p.w_max = 4, p.w_reference = 1.7;
        CAPTURE(static_cast<int>(pairing));
        CAPTURE(static_cast<int>(dependence));
        CAPTURE(mu);
        Projection projection(p, n, n, synapses, 2);
        eg::Random random(7, "stdp test", static_cast<uint64_t>(dependence));
        std::vector<std::vector<double>> arrivals(synapses.size()), spikes(n);
        std::vector<std::vector<double>> emitted(n);
        size_t coincidences = 0;
        for (int step = 1; step < 600; ++step) {  // on a grid of 1 ms, so that many spikes coincide
          const double t = step;
          for (uint32_t i = 0; i < n; ++i)
            if (random.uniform() < 0.08) emitted[i].push_back(t);
          for (uint64_t k = 0; k < synapses.size();) {  // runs of one row and one delay, as the kernel tells them
            const auto& s = synapses[k];
            uint64_t last = k + 1;
            while (last < synapses.size() && synapses[last].source == s.source && synapses[last].delay_ms == s.delay_ms)
              ++last;
            if (std::ranges::find(emitted[s.source], t - s.delay_ms) != emitted[s.source].end()) {
              projection.arrive(s.source, k, last, t);
              for (; k < last; ++k) arrivals[k].push_back(t);
            }
            k = last;
          }
          for (uint32_t j = 0; j < n; ++j) {
            if (random.uniform() >= 0.1) continue;
            projection.fire(j, t);
            spikes[j].push_back(t);
            for (size_t k = 0; k < synapses.size(); ++k)
              coincidences += synapses[k].target == j && !arrivals[k].empty() && arrivals[k].back() == t;
          }
        }
        CHECK(coincidences > 50);
        size_t inside = 0;
        for (size_t k = 0; k < synapses.size(); ++k) {
          CHECK_CLOSE(projection.weight[k], brute_force(p, 2, arrivals[k], spikes[synapses[k].target]), 0, 1e-12);
          inside += projection.weight[k] > p.w_min && projection.weight[k] < p.w_max;
        }
        CHECK(inside > 3);  // not all of it at the bounds, where the comparison would be empty
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

TEST_CASE("stdp: independent Poisson trains drift at the rate of theory") {
  // d<w>/dt = nu_pre nu_post (a_plus tau_plus - a_minus tau_minus); small steps, far from the bounds.
  for (const auto& [a_plus, a_minus] : {std::pair{1e-6, 0.4e-6}, std::pair{0.3e-6, 1e-6}}) {
    Stdp::Params p;
    p.a_plus = a_plus, p.a_minus = a_minus, p.tau_plus_ms = 15, p.tau_minus_ms = 20;
    const size_t n = 40;
    std::vector<Projection::Synapse> synapses;
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t j = 0; j < n; ++j) synapses.push_back({i, j, 0});
    Projection projection(p, n, n, synapses, 5);
    struct Event {
      double t;
      uint32_t unit;
      bool is_post;
    };
    std::vector<Event> events;
    const double until_ms = 200e3, pre_hz = 20, post_hz = 12;
    for (uint32_t i = 0; i < 2 * n; ++i) {
      eg::Random random(11, "poisson trains", i);
      for (const double t : poisson_train(random, i < n ? pre_hz : post_hz, until_ms))
        events.push_back({t, i % static_cast<uint32_t>(n), i >= n});
    }
    std::ranges::sort(events, {}, &Event::t);
    for (const auto& e : events) e.is_post ? projection.fire(e.unit, e.t) : projection.arrive(e.unit, e.t);
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

TEST_CASE("stdp: refuses parameters and weights that cannot be meant") {
  const auto error = [](const Stdp::Params& p, double w) -> std::string {
    try {
      Pair pair(p, w);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(error(Stdp::Params{}, 10) == "");
  CHECK(error(Stdp::Params{}, -2) ==
        "a synapse starts with weight -2, outside [0, 10]: change the weight, w_min or w_max");
  Stdp::Params p;
  p.w_min = 10;
  CHECK(error(p, 10) == "w_min is not below w_max: set them apart");
  p.w_min = 0, p.weight_dependence = Stdp::Dependence::power_law;
  CHECK(error(p, 5) == "power_law needs w_min above 0: a weight of 0 would never grow again");
}
