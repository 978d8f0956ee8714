// Least-squares fits of a decay to an autocorrelation: A [exp(-t / tau) + B] and A exp(-t / tau) cos(2 pi f t) + B.
#pragma once
#include <complex>
#include <numbers>

#include "../common/fourier.hpp"
#include "../common/statistics.hpp"
#include "minimize.hpp"

namespace analysis {

// NaN in tau_ms: the fit is refused; r2 is then NaN too.
struct DecayFit {
  double tau_ms = undetermined, frequency_hz = undetermined;
  double amplitude = undetermined, offset = undetermined;  // A and B of the form named at the fit
  double r2 = undetermined;  // share of the variance of the fitted values that the curve explains
};

// Given the shape of the curve, A and B follow from linear least squares, so only tau (and f) need a search (variable
// projection, Golub and Pereyra 1973, SIAM J. Numer. Anal. 10:413).
class DecayFitter {
 public:
  // Fits correlation[k] at lag k * interval_ms, k = first .. the last given. tau is searched between a fifth of the
  // interval and ten times limit_ms; beyond limit_ms the fit is refused.
  DecayFitter(std::span<const double> correlation, size_t first, double interval_ms, double limit_ms)
      : y_(correlation.subspan(first)),
        deviations_(analysis::deviations(y_)),
        total_(dot(deviations_, deviations_)),
        first_ms_(static_cast<double>(first) * interval_ms),
        interval_ms_(interval_ms),
        limit_ms_(limit_ms),
        low_(std::log(interval_ms / 5)),
        high_(std::log(10 * limit_ms)) {}

  // A [exp(-t / tau) + B]: Murray et al. 2014, Nat. Neurosci. 17:1661.
  DecayFit exponential() const {
    const auto loss = [&](double log_tau) { return residual(log_tau, 0).loss; };
    constexpr size_t points = 80;
    const double step = (high_ - low_) / points;
    size_t best = 0;
    double best_loss = infinity;
    for (size_t k = 0; k <= points; ++k)
      if (const double l = loss(low_ + step * static_cast<double>(k)); l < best_loss) best = k, best_loss = l;
    if (best == 0 || best == points) return {};  // no decay that these lags could show
    const double at = low_ + step * static_cast<double>(best);
    auto fit = accept(golden_section(loss, at - step, at + step, 1e-9), 0);
    fit.offset /= fit.amplitude;
    return fit;
  }

  // A exp(-t / tau) cos(2 pi f t) + B; tau is that of the envelope.
  DecayFit damped_oscillation(Fourier& fourier) const {
    const auto loss = [&](Point p) {
      const bool outside = p[0] < low_ || p[0] > high_ || p[1] < 0 || p[1] > 500.0 / interval_ms_;
      return outside ? infinity : residual(p[0], p[1]).loss;
    };
    const double resolution_hz = 1000.0 / (interval_ms_ * static_cast<double>(y_.size()));
    Point best{};
    double best_loss = infinity;
    for (const double start_hz : frequency_guesses(fourier, resolution_hz)) {
      Point start{};
      double start_loss = infinity;
      for (double log_tau = low_ + 0.5; log_tau < high_; log_tau += 0.7)
        if (const double l = loss({log_tau, start_hz}); l < start_loss) start = {log_tau, start_hz}, start_loss = l;
      const Point found = nelder_mead(loss, start, {0.3, 0.3 * resolution_hz});
      if (const double l = loss(found); l < best_loss) best = found, best_loss = l;
    }
    if (best[0] < low_ + 0.01 || !(best_loss < infinity)) return {};
    return accept(best[0], best[1]);
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Residual {
    double loss, slope, level;  // sum of squares; y = slope * basis + level
  };

  Residual residual(double log_tau, double frequency_hz) const {
    const std::complex<double> rate(-1.0 / std::exp(log_tau), 2 * std::numbers::pi * frequency_hz / 1000.0);
    const auto step = std::exp(rate * interval_ms_);
    // exp(-t / tau) is counted from the first fitted lag, so that it does not underflow; `accept` undoes it.
    auto z = std::polar(1.0, rate.imag() * first_ms_);
    double sum = 0, squares = 0, cross = 0;
    for (const double d : deviations_) {
      const double x = z.real();
      sum += x, squares += x * x, cross += x * d;
      z = {z.real() * step.real() - z.imag() * step.imag(), z.real() * step.imag() + z.imag() * step.real()};
    }
    const double n = static_cast<double>(deviations_.size()), spread = squares - sum * sum / n;
    if (!(spread > 1e-12 * squares)) return {total_, 0, mean(y_)};
    const double slope = cross / spread;
    return {total_ - slope * cross, slope, mean(y_) - slope * sum / n};
  }

  DecayFit accept(double log_tau, double frequency_hz) const {
    const auto fit = residual(log_tau, frequency_hz);
    const double tau = std::exp(log_tau);
    if (!(fit.slope > 0) || tau > limit_ms_) return {};
    return {tau, frequency_hz, fit.slope * std::exp(first_ms_ / tau), fit.level, 1 - fit.loss / total_};
  }

  // No oscillation, the strongest frequency of the autocorrelation, half a period up to its first minimum; and between
  // the lines of the spectrum.
  std::vector<double> frequency_guesses(Fourier& fourier, double resolution_hz) const {
    auto padded = deviations_;
    padded.resize(smooth_length(padded.size()));
    const auto spectrum = fourier.half_spectrum(padded);
    const auto peak = std::ranges::max_element(spectrum, {}, [](auto z) { return std::norm(z); }) - spectrum.begin();
    const double peak_hz = static_cast<double>(peak) * 1000.0 / (interval_ms_ * static_cast<double>(padded.size()));
    size_t minimum = 1;
    while (minimum + 1 < y_.size() && y_[minimum + 1] < y_[minimum]) ++minimum;
    const double minimum_hz = 500.0 / (first_ms_ + interval_ms_ * static_cast<double>(minimum));
    return {0.0,     0.25 * resolution_hz,          std::max(0.0, peak_hz - 0.5 * resolution_hz),
            peak_hz, peak_hz + 0.5 * resolution_hz, minimum_hz};
  }

  std::span<const double> y_;
  std::vector<double> deviations_;
  double total_, first_ms_, interval_ms_, limit_ms_, low_, high_;
};

}  // namespace analysis
