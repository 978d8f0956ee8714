// One choice of several, drawn with the softmax of leaky sums of spikes; equations in softmax_policy.md.
#pragma once
#include <cmath>

#include "../common/leaky_sum.hpp"

namespace core {

struct SoftmaxPolicy {
  static constexpr eg::Info info{"core.softmax_policy", "1.0.0",
                                 "a choice drawn with the softmax of leaky sums of spikes"};

  struct Params : LeakySum {
    double temperature = 1, entropy_bonus = 0;
    bool greedy = false;
    static constexpr auto fields = eg::list(
        LeakySum::tau_field,
        eg::param("temperature", &Params::temperature, eg::range(1e-6, 1e6),
                  "sums are divided by it: exploration; high makes all choices as likely"),
        eg::param("entropy_bonus", &Params::entropy_bonus, eg::range(0, 1e6),
                  "reward, at every decision, for each unit of entropy of the policy"),
        eg::param("greedy", &Params::greedy, "take the most likely choice and leave nothing to learn: for tests"));
  } p;

  using enum learning::State;
  enum State { kProbability = learning::kNStates, kChoice, kEntropy };
  static constexpr auto state = learning::state(
      "y", "the leaky sum", "probability of this choice minus 1 if it was taken, when it was, over the temperature",
      eg::Column{"probability", "softmax of y over the units of the population", 0, 1},
      eg::Column{"choice", "number of the unit chosen last; -1: none yet", -1},
      eg::Column{"entropy", "of the probabilities, in nats", 0});
  enum Input { kSpikes, kOver };
  static constexpr auto inputs = eg::list(spikes_port, is_over_port);
  static constexpr auto outputs = eg::list(eg::Output{"error", kError, "feeds learning signals"},
                                           eg::Output{"probability", kProbability, "of this unit's choice"});
  enum Random { kUniform };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"uniform", EG_RANDOM_UNIFORM, "which choice is drawn", nullptr, EG_RANDOM_SHARED});

  explicit SoftmaxPolicy(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    learning::init(b, p.decay(b.dt_ms()));
    std::ranges::fill(b.state(kChoice), -1.0);
    std::ranges::fill(b.state(kEntropy), 0.0);
    if (b.size() > 0) set_probabilities(b);
  }

  void step(eg::DecoderBlock& b) const {
    const auto action = b.action();
    if (action.size() > 1 || (action.size() == 1 && b.size() == 0))
      throw std::invalid_argument(std::to_string(action.size()) + " actions are asked of " + std::to_string(b.size()) +
                                  " units: they give one together, the number of a unit");
    if (b.size() == 0) return;
    const auto y = b.state(kSum);
    p.add(y, b.input(kSpikes), b.dt_ms());
    const bool is_over = learning::begin_step(b, b.input(kOver));
    set_probabilities(b);
    if (action.empty()) return;
    const size_t choice = p.greedy ? most(y) : drawn(b.state(kProbability), b.random(kUniform)[0]);
    std::ranges::fill(b.state(kChoice), static_cast<double>(choice));
    action[0] = static_cast<double>(choice);
    if (!is_over && !p.greedy) set_errors(b, choice);
  }

 private:
  // Probabilities and their entropy H = log sum of e^z - sum of p z, z = y / temperature.
  void set_probabilities(eg::DecoderBlock& b) const {
    const auto y = b.state(kSum), q = b.state(kProbability);
    const double highest = *std::ranges::max_element(y);
    double sum = 0, mean = 0;
    for (size_t k = 0; k < y.size(); ++k) sum += q[k] = eg::exp((y[k] - highest) / p.temperature);
    for (size_t k = 0; k < y.size(); ++k) {
      q[k] /= sum;
      mean += q[k] * ((y[k] - highest) / p.temperature);
    }
    std::ranges::fill(b.state(kEntropy), std::fmax(0, eg::log(sum) - mean));
  }

  // - d log p_choice / dy_k, and - entropy_bonus dH / dy_k = entropy_bonus p_k (log p_k + H) / temperature.
  void set_errors(eg::DecoderBlock& b, size_t choice) const {
    const auto y = b.state(kSum), q = b.state(kProbability);
    double mean = 0;
    for (size_t k = 0; k < y.size(); ++k) mean += q[k] * y[k];
    for (size_t k = 0; k < y.size(); ++k) {
      b.state(kError)[k] = (q[k] - (k == choice ? 1 : 0)) / p.temperature;
      // log p_k + H = (y_k - sum of p y) / temperature
      b.state(kBonusError)[k] = p.entropy_bonus * q[k] * (y[k] - mean) / (p.temperature * p.temperature);
    }
  }

  static size_t most(std::span<const double> y) { return static_cast<size_t>(std::ranges::max_element(y) - y.begin()); }
  static size_t drawn(std::span<const double> probability, double u) {
    double sum = 0;
    size_t last = 0;  // rounding may leave the sum below u; then the last choice that is possible at all
    for (size_t k = 0; k < probability.size(); ++k) {
      if (probability[k] > 0) last = k;
      sum += probability[k];
      if (u < sum) return k;
    }
    return last;
  }
};

}  // namespace core
