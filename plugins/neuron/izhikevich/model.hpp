// Izhikevich's neuron of two variables (2003); equations in izhikevich.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/packs.hpp"

namespace core {

struct Izhikevich {
  static constexpr eg::Info info{"core.izhikevich", "1.0.0", "Izhikevich's simple model of spiking neurons"};

  enum class Scheme { half_steps, euler };
  struct Params {
    double a_per_ms = 0.02, b_per_ms = 0.2, c_mv = -65, d_mv_per_ms = 8, drive_mv_per_ms = 0, peak_mv = 30;
    double initial_v_mv = -65, initial_v_sd_mv = 0;
    Scheme scheme = Scheme::half_steps;
    static constexpr auto fields = eg::list(
        eg::param("a_per_ms", &Params::a_per_ms, eg::range(0, 1), "rate at which the recovery variable follows",
                  eg::per_unit),
        eg::param("b_per_ms", &Params::b_per_ms, eg::range(-10, 10), "what the recovery variable follows, per v",
                  eg::per_unit),
        eg::param("c_mv", &Params::c_mv, eg::range(-200, 29), "membrane potential after a spike", eg::per_unit),
        eg::param("d_mv_per_ms", &Params::d_mv_per_ms, eg::range(-100, 100),
                  "what a spike adds to the recovery variable", eg::per_unit),
        eg::param("drive_mv_per_ms", &Params::drive_mv_per_ms, eg::range(-1000, 1000), "constant current",
                  eg::per_unit),
        eg::param("peak_mv", &Params::peak_mv, eg::range(30, 200), "membrane potential at which it fires"),
        eg::param("initial_v_mv", &Params::initial_v_mv, eg::range(-200, 29), "mean of the initial potential"),
        eg::param("initial_v_sd_mv", &Params::initial_v_sd_mv, eg::range(0, 100),
                  "standard deviation of the initial potential"),
        eg::param("scheme", &Params::scheme, eg::choices("half_steps", "euler"),
                  "the published scheme, v in two half steps and then u, or forward Euler for both"));
  } p;
  enum PerUnitParam { kA, kB, kC, kD, kDriveParam };

  enum State { kV, kU };
  static constexpr auto state = eg::list(eg::Column{"v_mv", "membrane potential, not relative to rest"},
                                         eg::Column{"u_mv_per_ms", "recovery variable"});
  enum Input { kSpikesPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes_mv", "impulse of the current: what it adds to the potential, of either sign",
                        EG_ACCEPTS_SPIKES, EG_SIGN_ANY},
               eg::Port{"drive_mv_per_ms", "current during the step", EG_ACCEPTS_CONTINUOUS});
  enum Random { kInitialV };
  static constexpr auto random = eg::list(
      eg::RandomColumn{"initial_v", EG_RANDOM_NORMAL, "initial potential in standard deviations from its mean"});

  explicit Izhikevich(const Params& params) : p(params) {}

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    const auto v = b.state(kV), u = b.state(kU);
    for (size_t i = 0; i < b.size(); ++i) {
      v[i] = static_cast<Real>(p.initial_v_mv + p.initial_v_sd_mv * b.random(kInitialV)[i]);
      u[i] = b.param(kB)[i] * v[i];
    }
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (p.scheme == Scheme::half_steps)
      move<Scheme::half_steps>(b);
    else
      move<Scheme::euler>(b);
  }

 private:
  // v' = 0.04 v^2 + 5 v + 140 - u + I,  u' = a (b v - u). What arrives acts as a current during the step. v overshoots
  // the peak and u sees that, as in the published program; the bounds are far outside of what sensible input reaches.
  template <Scheme scheme, class Real>
  void move(eg::NeuronBlockOf<Real>& b) const {
    constexpr auto k2 = static_cast<Real>(0.04), k1 = Real{5}, k0 = Real{140}, low = Real{-1000}, high = Real{10000};
    const auto h = static_cast<Real>(b.dt_ms()), part = scheme == Scheme::half_steps ? h / 2 : h;
    const auto per_step = static_cast<Real>(1 / b.dt_ms()), peak = static_cast<Real>(p.peak_mv);
    const auto v_column = b.state(kV), u_column = b.state(kU);
    const auto spikes_in = b.input(kSpikesPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> a(b, kA), pull(b, kB), drive(b, kDriveParam);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T u = at(u_column), current = at(drive) + at(drive_in) + at(spikes_in) * per_step;
      T v = at(v_column);
      const T before = v;
      for (int k = 0; k < (scheme == Scheme::half_steps ? 2 : 1); ++k) {
        v = v + part * ((k2 * v + k1) * v + k0 - u + current);
        v = v < T{} + low ? T{} + low : (v > T{} + high ? T{} + high : v);
      }
      at.store(v_column, v);
      at.store(u_column, u + h * (at(a) * (at(pull) * (scheme == Scheme::half_steps ? v : before) - u)));
      return reached<Real, T>(v, T{} + peak);
    };
    const auto c = b.param(kC), d = b.param(kD);
    advance(b, move, [=](size_t i) {
      v_column[i] = c[i];
      u_column[i] += d[i];
    });
  }
};

}  // namespace core
