// Leaky sums of spikes that are compared with a target; equations in linear_readout.md.
#pragma once
#include <encephagen/sdk/decoder.hpp>
#include <encephagen/sdk/math.hpp>
#include <stdexcept>

namespace core {

struct LinearReadout {
  static constexpr eg::Info info{"core.linear_readout", "1.0.0", "leaky linear readout of spikes, with its error"};

  enum class Loss { mse, cross_entropy };
  struct Params {
    double tau_out_ms = 20;
    Loss loss = Loss::mse;
    bool gated = false;
    static constexpr auto fields = eg::list(
        eg::param("tau_out_ms", &Params::tau_out_ms, eg::range(0, 1e6), "time constant of the sum; 0: no memory"),
        eg::param("loss", &Params::loss, eg::choices("mse", "cross_entropy"),
                  "half the squared distance of y from the target, or the cross-entropy of softmax(y)"),
        eg::param("gated", &Params::gated, "whether only steps count in which the port gate is not 0"));
  } p;

  enum State { kY, kError, kProbability, kLoss, kEvidence, kTarget, kTargetSum, kCounts, kIsCorrect, kDecay };
  static constexpr auto state =
      eg::list(eg::Column{"y", "the leaky sum"},  //
               eg::Column{"error", "y, or its probability, minus the target; 0 in steps that do not count"},
               eg::Column{"probability", "softmax of y over the units of the population", 0, 1},
               eg::Column{"loss", "this unit's part of the loss since init"},
               eg::Column{"evidence", "sum of the probability over the steps that count", 0},
               eg::Column{"target", "what arrived at the port of this name"},
               eg::Column{"target_sum", "sum of the target over the steps that count"},
               eg::Column{"counts", "1 in steps that count", 0, 1},
               eg::Column{"is_correct", "1 if the unit of most evidence is that of the greatest sum of targets", 0, 1},
               eg::Column{"decay", "share of y that a step leaves", 0, 1, EG_STATE_SET_BY_INIT});
  enum Input { kSpikes, kTargetPort, kGate };
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes", "weights that arrive, of either sign", EG_ACCEPTS_SPIKES, EG_SIGN_ANY},
               eg::Port{"target", "what y, or the probability, should be", EG_ACCEPTS_CONTINUOUS},
               eg::Port{"gate", "not 0 in steps that count", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto outputs = eg::list(eg::Output{"error", kError, "feeds learning signals"});

  explicit LinearReadout(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    for (size_t c = 0; c < kDecay; ++c) std::ranges::fill(b.state(c), 0.0);
    std::ranges::fill(b.state(kDecay), decay(b.dt_ms()));
    if (b.size() > 0) std::ranges::fill(b.state(kProbability), 1 / static_cast<double>(b.size()));
  }

  void step(eg::DecoderBlock& b) const {
    const size_t n = b.size();
    check_actions(b);
    if (n == 0) return;
    const auto y = b.state(kY), error = b.state(kError), probability = b.state(kProbability), loss = b.state(kLoss);
    const auto evidence = b.state(kEvidence), target_sum = b.state(kTargetSum);
    const auto target = b.input(kTargetPort), gate = b.input(kGate), spikes = b.input(kSpikes);
    const double kappa = decay(b.dt_ms());
    for (size_t k = 0; k < n; ++k) y[k] = kappa * y[k] + (1 - kappa) * spikes[k];
    const double log_sum = soft_maximum(y, probability);
    for (size_t k = 0; k < n; ++k) {
      const bool counts = !p.gated || gate[k] != 0;
      b.state(kTarget)[k] = target[k];
      b.state(kCounts)[k] = counts;
      const double is = p.loss == Loss::mse ? y[k] : probability[k];
      error[k] = counts ? is - target[k] : 0;
      if (!counts) continue;
      loss[k] += p.loss == Loss::mse ? 0.5 * error[k] * error[k] : target[k] * (log_sum - y[k]);
      evidence[k] += probability[k];
      target_sum[k] += target[k];
    }
    const bool is_decided = std::ranges::any_of(evidence, [](double x) { return x > 0; });
    const bool is_correct = is_decided && most(evidence) == most(target_sum);
    std::ranges::fill(b.state(kIsCorrect), is_correct ? 1.0 : 0.0);
    std::ranges::copy(y.first(b.action().size()), b.action().begin());
  }

 private:
  double decay(double dt_ms) const { return p.tau_out_ms > 0 ? eg::exp(-dt_ms / p.tau_out_ms) : 0; }

  // Fills in softmax(y); returns the logarithm of the sum of e^y.
  static double soft_maximum(std::span<const double> y, std::span<double> probability) {
    const double highest = *std::ranges::max_element(y);
    double sum = 0;
    for (size_t k = 0; k < y.size(); ++k) sum += probability[k] = eg::exp(y[k] - highest);
    for (double& q : probability) q /= sum;
    return highest + eg::log(sum);
  }
  static size_t most(std::span<const double> x) { return static_cast<size_t>(std::ranges::max_element(x) - x.begin()); }
  static void check_actions(const eg::DecoderBlock& b) {
    const size_t n = b.action().size();
    if (n > b.size())
      throw std::invalid_argument(std::to_string(n) + " actions are asked of " + std::to_string(b.size()) +
                                  " units: each unit gives one, so set n to the number of actions");
  }
};

}  // namespace core
