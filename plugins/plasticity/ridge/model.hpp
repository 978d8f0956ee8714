// Trains a linear readout by ridge regression on what it saw since the last update; ridge.md.
#pragma once
#include "../common/sequence.hpp"
#include "solve.hpp"

namespace core {

struct Ridge {
  static constexpr eg::Info info{"core.ridge", "1.0.0", "ridge regression of the weights of a linear readout"};
  struct Params : SequenceWindow {
    double ridge = 1e-3;
    static constexpr auto fields =
        eg::concat(SequenceWindow::window_fields,
                   eg::list(eg::param("ridge", &Params::ridge, eg::range(1e-12, 1e12),
                                      "penalty on squared weights, against squared errors summed over steps")));
  } p;

  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = eg::none;
  enum Port { kTarget, kCounts, kDecay };
  static constexpr std::array<const char*, 3> post_ports{"target", "counts", "decay"};
  static constexpr bool keeps_history = true;

  explicit Ridge(const Params& params) : p(params) {}
  double update_every_ms() const { return p.update_every_ms; }
  void init(eg::EdgeBlock& b) const { p.check(b.dt_ms(), 0); }

  // The target of a step is to be the weighted sum of the arrivals, each filtered as the readout filters their sum.
  void update(eg::EdgeBlock& b) const {
    if (b.raw().n_history == 0 || b.size() == 0) return;
    const Sequence window = p.sequence(b.dt_ms(), b.raw().n_history, 0);
    const auto target = b.post_history(kTarget), counts = b.post_history(kCounts);
    const double kappa = b.post_port(kDecay, b.unit());
    std::vector<size_t> row(window.end, 0);
    std::vector<double> y;
    for (size_t t = window.begin; t < window.end; ++t)
      if (counts[t] != 0) row[t] = y.size(), y.push_back(target[t]);
    if (y.empty()) return;
    std::vector<double> x(y.size() * b.size());
    for (size_t k = 0; k < b.size(); ++k) {
      const auto steps = b.pre_history(b.other(k));
      auto next = steps.begin();
      double filtered = 0;
      for (size_t t = 0; t < window.end; ++t) {
        filtered *= kappa;
        for (; next != steps.end() && *next == t; ++next) filtered += 1 - kappa;
        if (t >= window.begin && counts[t] != 0) x[row[t] * b.size() + k] = filtered;
      }
    }
    const auto w = solve_ridge(x, y, b.size(), p.ridge);
    for (size_t k = 0; k < b.size(); ++k) b.weight(k) = w[k];
  }
};

}  // namespace core
