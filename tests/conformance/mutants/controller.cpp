// Controllers with one mistake each: every action is the sum of the observations, remembered for a while.
#include <encephagen/sdk/controller.hpp>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Controller {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "what is seen, smoothed, as every action"};
  struct Params {
    double tau_ms = 20.0;
    static constexpr auto fields =
        eg::list(eg::param("tau_ms", &Params::tau_ms, eg::range(1, 1000), "how long observations count"));
  } p;
  enum { kTrace };
  static constexpr auto state = eg::list(eg::Column{"trace", "recent observations"});

  explicit Controller(const Params& params) : p(params) {}
  void init(eg::ControllerBlock& b) const { std::ranges::fill(b.state(kTrace), 0.0); }
  void step(eg::ControllerBlock& b) const {
    const auto trace = b.state(kTrace);
    const auto seen = b.observation();
    const auto action = b.action();
    double sum = 0;
    if constexpr (F == "takes_two_observations_for_granted") {
      sum = seen.data()[0] + seen.data()[1];
    } else {
      for (const double x : seen) sum += x;
    }
    for (size_t k = 0; k < b.size(); ++k) trace[k] += b.dt_ms() / p.tau_ms * (sum - trace[k]);
    if constexpr (F == "writes_the_first_action") {
      if (!action.empty()) action[0] = trace[0];
      return;
    }
    std::ranges::copy(trace, action.begin());
  }
};

template <Fault F>
constexpr eg_plugin controller = eg::controller<Controller<F>>;

}  // namespace

EG_PLUGIN_LIBRARY(controller<"none">, controller<"takes_two_observations_for_granted">,
                  controller<"writes_the_first_action">)
