// For tests of e-prop: a neuron of core.alif_delta, and its linearisation by the pseudo-derivative around a run, of
// which e-prop gives the exact gradient.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace core {

struct SurrogateNeuron {
  double leak, input_gain, a_decay, beta, v_th, gamma;

  struct Run {
    std::vector<double> v, a, z, psi;
  };
  using Arrivals = std::vector<std::vector<uint32_t>>;  // [synapse]: steps

  static double arriving(const std::vector<double>& w, const Arrivals& arrivals, size_t t) {
    double sum = 0;
    for (size_t i = 0; i < w.size(); ++i) sum += w[i] * static_cast<double>(std::ranges::count(arrivals[i], t));
    return sum;
  }

  Run run(const std::vector<double>& w, const Arrivals& arrivals, size_t n_steps) const {
    Run out;
    double v = 0, a = 0, z = 0;
    for (size_t t = 0; t < n_steps; ++t) {
      v = leak * v + input_gain * arriving(w, arrivals, t) - z * v_th;
      a = a_decay * a + z;
      const double excess = v - v_th - beta * a;
      z = excess >= 0;
      out.v.push_back(v), out.a.push_back(a), out.z.push_back(z);
      out.psi.push_back(gamma / v_th * std::max(0.0, 1 - std::abs(excess) / v_th));
    }
    return out;
  }

  // What the neuron would fire with other weights, if z moved with the threshold excess as psi says. Reset and rest are
  // those of the run: e-prop passes no gradient through them.
  std::vector<double> linearised(const std::vector<double>& w, const Arrivals& arrivals, const Run& at) const {
    std::vector<double> out;
    double v = 0, a = 0;
    for (size_t t = 0; t < at.z.size(); ++t) {
      v = leak * v + input_gain * arriving(w, arrivals, t) - (t > 0 ? at.z[t - 1] * v_th : 0);
      a = a_decay * a + (t > 0 ? out[t - 1] : 0);
      out.push_back(at.z[t] + at.psi[t] * (v - at.v[t] - beta * (a - at.a[t])));
    }
    return out;
  }
};

}  // namespace core
