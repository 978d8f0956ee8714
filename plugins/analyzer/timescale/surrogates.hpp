// Activity that is known to have a given time constant: Ornstein-Uhlenbeck processes, and Poisson spikes whose rate is
// one (Zeraati, Engel and Levina 2022, Nat. Comput. Sci. 2:193).
#pragma once
#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <vector>

namespace analysis {

// Mean 0, variance 1, autocorrelation exp(-t / tau), exact for any step.
class OrnsteinUhlenbeck {
 public:
  OrnsteinUhlenbeck(double tau_ms, double step_ms, eg::Random& random)
      : random_(random),
        decay_(std::exp(-step_ms / tau_ms)),
        kick_(std::sqrt(1 - decay_ * decay_)),
        z_(random.normal()) {}
  double next() { return z_ = decay_ * z_ + kick_ * random_.normal(); }

 private:
  eg::Random& random_;
  double decay_, kick_, z_;
};

// A share of the variance fluctuates with tau, the rest is white noise: `share` is A of the fit at lag 0.
inline std::vector<double> fluctuating_signal(double tau_ms, double share, double step_ms, size_t n,
                                              eg::Random& random) {
  OrnsteinUhlenbeck z(tau_ms, step_ms, random);
  const double slow = std::sqrt(std::min(share, 1.0)), white = std::sqrt(1 - std::min(share, 1.0));
  std::vector<double> out;
  for (size_t k = 0; k < n; ++k) out.push_back(slow * z.next() + white * random.normal());
  return out;
}

// SD over mean of a rate whose mean over bins has the variance `bin_variance` (in units of mean^2) as seen by
// correlations between bins: averaging over a bin changes exp(-t / tau) by (sinh(x) / x)^2, x = bin / (2 tau). At most
// 0.5, where a rate that follows a normal distribution is negative, and cut off, 2 % of the time.
inline double rate_depth(double bin_variance, double tau_ms, double bin_ms) {
  const double x = bin_ms / (2 * tau_ms);
  return std::min(0.5, std::sqrt(bin_variance) * x / std::sinh(x));
}

// Spikes per bin of a Poisson process with the rate 1 + depth z, z of time constant tau, and `per_bin` spikes on
// average.
inline std::vector<double> fluctuating_counts(double tau_ms, double depth, double per_bin, double bin_ms, size_t n,
                                              eg::Random& random) {
  // The rate is followed in steps well below tau.
  const auto parts = static_cast<size_t>(std::clamp(std::ceil(10 * bin_ms / tau_ms), 1.0, 50.0));
  OrnsteinUhlenbeck z(tau_ms, bin_ms / static_cast<double>(parts), random);
  std::vector<double> out(n, 0.0);
  // In units of its own expectation a Poisson process has rate 1: a spike falls due each time an exponential number has
  // been used up.
  double due = -std::log(random.uniform());
  for (size_t k = 0; k < n; ++k)
    for (size_t i = 0; i < parts; ++i) {
      double expected = per_bin / static_cast<double>(parts) * std::max(0.0, 1 + depth * z.next());
      while (due <= expected) {
        expected -= due;
        out[k] += 1;
        due = -std::log(random.uniform());
      }
      due -= expected;
    }
  return out;
}

}  // namespace analysis
