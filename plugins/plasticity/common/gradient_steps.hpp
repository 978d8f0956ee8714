// From the gradients of single sequences to weights: averaging over a batch, gradient descent or Adam, bounds.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/plasticity.hpp>

#include "weight_bounds.hpp"

namespace core {

enum class Optimizer { gradient_descent, adam };

// Base of a rule's Params.
struct GradientSteps {
  double learning_rate = 1e-4, halving_steps = 0;
  Optimizer optimizer = Optimizer::gradient_descent;
  int64_t batch = 1;
  double w_min = -1e9, w_max = 1e9;
  static constexpr auto step_fields = eg::list(
      eg::param("learning_rate", &GradientSteps::learning_rate, eg::range(0, 1e6), "step along the gradient"),
      eg::param("halving_steps", &GradientSteps::halving_steps, eg::range(0, 1e9),
                "steps in which the learning rate falls to half; 0: it stays"),
      eg::param("optimizer", &GradientSteps::optimizer, eg::choices("gradient_descent", "adam"),
                "plain steps, or steps scaled by moments of past gradients"),
      eg::param("batch", &GradientSteps::batch, eg::range(1, 1e9), "updates whose gradients are averaged for one step"),
      eg::param("w_min", &GradientSteps::w_min, eg::range(-1e9, 1e9), "lowest weight"),
      eg::param("w_max", &GradientSteps::w_max, eg::range(-1e9, 1e9), "highest weight"));
};

namespace gradient_steps {

enum EdgeState { kGradient, kMean, kSquare };
inline constexpr auto edge_state = eg::list(eg::Column{"gradient", "sum of the gradients of this batch so far"},
                                            eg::Column{"adam_mean", "decaying mean of the gradient"},
                                            eg::Column{"adam_square", "decaying mean of the squared gradient", 0});
enum PostTrace { kUpdates };
inline constexpr auto post_traces =
    eg::list(eg::Column{"n_updates", "updates so far", 0, eg::infinity, EG_TRACE_OF_RUN});

// Refuses weights outside the bounds, which the first step would move there at once.
inline void init(const GradientSteps& p, eg::EdgeBlock& b) {
  check_weights(b, p.w_min, p.w_max);
  for (size_t k = 0; k < b.size(); ++k)
    for (size_t c = 0; c < edge_state.size(); ++c) b.edge_state(c, k) = 0;
}

// Takes the gradients of the synapses of one block, one after the other.
class Step {
 public:
  Step(const GradientSteps& p, eg::EdgeBlock& b) : p_(p), b_(b) {
    double& n_updates = b.post(kUpdates, b.unit());
    n_updates += 1;
    const auto batch = static_cast<double>(p.batch);
    is_due_ = std::fmod(n_updates, batch) == 0;
    if (!is_due_) return;
    const double n = n_updates / batch;  // steps, with this one
    rate_ = p.learning_rate;
    if (p.halving_steps > 0) rate_ *= eg::exp(-(n - 1) / p.halving_steps * eg::log(2.0));
    correction_ = std::sqrt(1 - eg::exp(n * eg::log(double{beta_2}))) / (1 - eg::exp(n * eg::log(double{beta_1})));
  }

  // The gradient of the loss of one update by the weight of synapse k.
  void add(size_t k, double gradient) {
    double& sum = b_.edge_state(kGradient, k);
    sum += gradient;
    if (!is_due_) return;
    double& w = b_.weight(k);
    const double mean = sum / static_cast<double>(p_.batch);
    w = std::clamp(w - rate_ * (p_.optimizer == Optimizer::adam ? adam(k, mean) : mean), p_.w_min, p_.w_max);
    sum = 0;
  }

 private:
  // Kingma & Ba (2015) with the bias correction in the rate and epsilon beside the uncorrected root ("epsilon hat" of
  // their section 2), as TensorFlow and NEST do.
  double adam(size_t k, double gradient) {
    double& mean = b_.edge_state(kMean, k);
    double& square = b_.edge_state(kSquare, k);
    mean = beta_1 * mean + (1 - beta_1) * gradient;
    square = beta_2 * square + (1 - beta_2) * gradient * gradient;
    return correction_ * mean / (std::sqrt(square) + epsilon);
  }

  static constexpr double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  const GradientSteps& p_;
  eg::EdgeBlock& b_;
  bool is_due_;
  double rate_ = 0, correction_ = 0;
};

}  // namespace gradient_steps
}  // namespace core
