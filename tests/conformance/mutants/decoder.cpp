// Decoders with one mistake each: they share out the activity they read among actions.
#include <encephagen/sdk/decoder.hpp>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Decoder {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "activity of every n-th unit as an action"};
  struct Params {
    double tau_ms = 20.0;
    static constexpr auto fields =
        eg::list(eg::param("tau_ms", &Params::tau_ms, eg::range(1, 1000), "how long activity counts"));
  } p;
  enum { kTrace };
  static constexpr auto state = eg::list(eg::Column{"trace", "recent activity"});
  static constexpr auto inputs = eg::list(eg::Port{"activity", "spikes of the units read", EG_ACCEPTS_SPIKES});

  explicit Decoder(const Params& params) : p(params) {}
  void init(eg::DecoderBlock& b) const { std::ranges::fill(b.state(kTrace), 0.0); }
  void step(eg::DecoderBlock& b) const {
    const auto trace = b.state(kTrace);
    const auto action = b.action();
    for (size_t i = 0; i < b.size(); ++i) trace[i] += b.dt_ms() / p.tau_ms * (b.input(0)[i] - trace[i]);
    if constexpr (F == "always_writes_two_actions") {
      action.data()[0] = action.data()[1] = 0;
    }
    if constexpr (F == "writes_the_first_action") {
      if (!action.empty()) action[0] = trace[0];
      return;
    }
    std::ranges::fill(action, 0.0);
    for (size_t i = 0; i < b.size() && !action.empty(); ++i) action[i % action.size()] += trace[i];
  }
};

template <Fault F>
constexpr eg_plugin decoder = eg::decoder<Decoder<F>>;

}  // namespace

EG_PLUGIN_LIBRARY(decoder<"none">, decoder<"always_writes_two_actions">, decoder<"writes_the_first_action">)
