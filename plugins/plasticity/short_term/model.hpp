// Short-term depression and facilitation of what synapses transmit; equations in short_term.md.
#pragma once
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/plasticity.hpp>

namespace core {

struct ShortTerm {
  static constexpr eg::Info info{"core.short_term", "1.0.0", "short-term depression and facilitation of transmission"};
  struct Params {
    double U = 0.5, tau_rec_ms = 800, tau_facil_ms = 0;
    static constexpr auto fields =
        eg::list(eg::param("U", &Params::U, eg::range(1e-6, 1), "share of the resources that a first spike uses"),
                 eg::param("tau_rec_ms", &Params::tau_rec_ms, eg::range(0, 1e6),
                           "time in which used resources recover; 0: at once, no depression"),
                 eg::param("tau_facil_ms", &Params::tau_facil_ms, eg::range(0, 1e6),
                           "time in which raised use decays; 0: at once, no facilitation"));
  } p;

  static constexpr auto edge_state = eg::none;
  enum Trace { kUse, kResources };
  static constexpr auto pre_traces = eg::list(eg::Column{"u", "use at the last spike", 0, 1},
                                              eg::Column{"R", "resources just before the last spike", 0, 1});
  static constexpr auto post_traces = eg::none;

  explicit ShortTerm(const Params& params) : p(params) {}

  // At rest: nothing is used up and use is not raised.
  void init(eg::EdgeBlock& b) const {
    b.pre(kUse, b.unit()) = 0;
    b.pre(kResources, b.unit()) = 1;
    b.pre_t_ms(b.unit()) = never_ms;
  }

  void transmit(eg::EdgeBlock& b) const {
    double& u = b.pre(kUse, b.unit());
    double& resources = b.pre(kResources, b.unit());
    double& last_ms = b.pre_t_ms(b.unit());
    const double since_ms = b.t_ms() - last_ms;
    resources = 1 - (1 - resources * (1 - u)) * left(since_ms, p.tau_rec_ms);
    const double use_before = u * left(since_ms, p.tau_facil_ms);
    u = use_before + p.U * (1 - use_before);
    last_ms = b.t_ms();
    const double share = u * resources;
    for (size_t k = 0; k < b.size(); ++k) b.transmitted(k) *= share;
  }

  // Finite, and so long ago that everything has recovered.
  static constexpr double never_ms = -1e300;

 private:
  static double left(double since_ms, double tau_ms) { return tau_ms > 0 ? eg::exp(-since_ms / tau_ms) : 0; }
};

}  // namespace core
