// Multiplicative scaling of all incoming synapses of a unit towards a rate; equations in homeostatic.md.
#pragma once
#include <algorithm>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/plasticity.hpp>

#include "../common/sampled_steps.hpp"
#include "../common/weight_bounds.hpp"

namespace core {

struct Homeostatic {
  static constexpr eg::Info info{"core.homeostatic", "1.0.0",
                                 "scaling of incoming synapses that keeps units at a rate"};

  enum class Form { turrigiano, ratio };
  struct Params {
    double target_rate_hz = 5, tau_ms = 10000, eta = 0.01, every_ms = 1000;
    double factor_min = 0.9, factor_max = 1.1, w_min = 0, w_max = 20;
    Form form = Form::turrigiano;
    int64_t sample_every_steps = 1;
    double sampling_ms = 0, counting_ms = 0;
    static constexpr auto fields = eg::list(
        eg::param("target_rate_hz", &Params::target_rate_hz, eg::range(1e-6, 1e4), "rate that scaling aims at"),
        eg::param("tau_ms", &Params::tau_ms, eg::range(1, 1e9), "time over which the rate of a unit is estimated"),
        eg::param("eta", &Params::eta, eg::range(0, 1), "share of the relative error that one update corrects"),
        eg::param("every_ms", &Params::every_ms, eg::range(0.001, 1e9), "time from one update to the next"),
        eg::param("factor_min", &Params::factor_min, eg::range(0, 1), "smallest factor of one update"),
        eg::param("factor_max", &Params::factor_max, eg::range(1, 1e6), "largest factor of one update"),
        eg::param("w_min", &Params::w_min, eg::range(-1e9, 1e9), "lowest weight"),
        eg::param("w_max", &Params::w_max, eg::range(-1e9, 1e9), "highest weight"),
        eg::param("form", &Params::form, eg::choices("turrigiano", "ratio"),
                  "relative error: 1 - rate / target, or target / rate - 1 as in the 2026 study"),
        eg::param("sample_every_steps", &Params::sample_every_steps, eg::range(1, 1e6),
                  "only for reproduction: spikes are counted on every n-th step, so rates read n times too low"),
        eg::param(
            "sampling_ms", &Params::sampling_ms, eg::range(0, 1e9),
            "only for reproduction: sample_every_steps holds for so long, then every spike counts for counting_ms, "
            "and so on from the start of the run"),
        eg::param("counting_ms", &Params::counting_ms, eg::range(0, 1e9),
                  "only for reproduction: see sampling_ms; 0: sample_every_steps always holds"));
  } p;

  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  enum { kRate };
  static constexpr auto post_traces = eg::list(
      eg::Column{"rate_hz", "estimated rate when it was last brought up to date", 0, eg::infinity, EG_TRACE_OF_RUN});

  explicit Homeostatic(const Params& params) : p(params) { check_bounds(p.w_min, p.w_max); }

  double update_every_ms() const { return p.every_ms; }

  void init(eg::EdgeBlock& b) const {
    check_weights(b, p.w_min, p.w_max);
    if (interval_ms(b) >= p.tau_ms)
      throw std::invalid_argument("tau_ms = " + number_text(p.tau_ms) + " is not longer than the " +
                                  number_text(interval_ms(b)) + " ms between two looks at the spikes: make it longer");
    for (size_t k = 0; k < b.size(); ++k) b.post(kRate, b.other(k)) = p.target_rate_hz;
  }

  void post_spike(eg::EdgeBlock& b) const {
    if (!counts(b)) return;
    bring_up_to_date(b);
    b.post(kRate, b.unit()) += 1e3 / p.tau_ms;
  }

  void update(eg::EdgeBlock& b) const {
    bring_up_to_date(b);
    const double rate = b.post(kRate, b.unit());
    const double error = p.form == Form::ratio ? p.target_rate_hz / (rate + 1e-6) - 1 : 1 - rate / p.target_rate_hz;
    const double factor = std::clamp(1 + p.eta * error, p.factor_min, p.factor_max);
    for (size_t k = 0; k < b.size(); ++k) b.weight(k) = std::clamp(b.weight(k) * factor, p.w_min, p.w_max);
  }

 private:
  double interval_ms(const eg::EdgeBlock& b) const { return static_cast<double>(p.sample_every_steps) * b.dt_ms(); }

  bool counts(const eg::EdgeBlock& b) const {
    if (p.counting_ms > 0) {
      // Events carry the end of their step; half a step earlier no rounding matters.
      const double since = std::fmod(b.t_ms() - 0.5 * b.dt_ms(), p.sampling_ms + p.counting_ms);
      if (since > p.sampling_ms) return true;
    }
    return is_sampled(b, p.sample_every_steps);
  }

  // Each interval leaves 1 - interval / tau. No more than the intervals of one update count: every update brings all
  // units up to date, so a longer gap is a time in which the rule rested and heard of no spikes.
  void bring_up_to_date(eg::EdgeBlock& b) const {
    const int64_t n = p.sample_every_steps;
    double& last_ms = b.post_t_ms(b.unit());
    const int64_t passed = samples_until(b.t_ms(), b.dt_ms(), n) - samples_until(last_ms, b.dt_ms(), n);
    const int64_t most = samples_until(p.every_ms, b.dt_ms(), n);
    last_ms = b.t_ms();
    if (passed > 0)
      b.post(kRate, b.unit()) *=
          eg::exp(static_cast<double>(std::min(passed, most)) * eg::log(1 - interval_ms(b) / p.tau_ms));
  }
};

}  // namespace core
