// A critic: expected reward as a leaky sum of spikes, and how wrong it was; equations in value_readout.md.
#pragma once
#include "../common/leaky_sum.hpp"

namespace core {

struct ValueReadout {
  static constexpr eg::Info info{"core.value_readout", "1.0.0",
                                 "a critic: expected reward from spikes, and the error of its prediction"};

  struct Params : LeakySum {
    double discount = 0.99;
    static constexpr auto fields = eg::list(
        LeakySum::tau_field,
        eg::param("discount", &Params::discount, eg::range(0, 1), "worth of a reward that comes one decision later"));
  } p;

  using enum learning::State;
  enum State { kTdError = learning::kNStates, kEarned, kBefore, kHasBefore };
  static constexpr auto state = learning::state(
      "value", "the leaky sum: reward expected from now on", "-1 in steps that decide an action, else 0",
      eg::Column{"td_error", "error of reward prediction, in the step in which it is known; else 0"},
      eg::Column{"earned", "reward since the last decision"}, eg::Column{"value_before", "value at the last decision"},
      eg::Column{"has_before", "1 after the first decision of a trial", 0, 1});
  enum Input { kSpikes, kReward, kOver };
  static constexpr auto inputs =
      eg::list(spikes_port, eg::Port{"reward", "reward of this step", EG_ACCEPTS_CONTINUOUS}, is_over_port);
  static constexpr auto outputs = eg::list(eg::Output{"error", kError, "feeds learning signals"},
                                           eg::Output{"td_error", kTdError, "error of reward prediction"});

  explicit ValueReadout(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    learning::init(b, p.decay(b.dt_ms()));
    for (const auto c : {kTdError, kEarned, kBefore, kHasBefore}) std::ranges::fill(b.state(c), 0.0);
  }

  void step(eg::DecoderBlock& b) const {
    const auto value = b.state(kSum), td_error = b.state(kTdError), earned = b.state(kEarned),
               before = b.state(kBefore), has_before = b.state(kHasBefore);
    p.add(value, b.input(kSpikes), b.dt_ms());
    const bool is_over = learning::begin_step(b, b.input(kOver)), decides = !is_over && !b.action().empty();
    for (size_t k = 0; k < b.size(); ++k) {
      td_error[k] = 0;
      earned[k] += b.input(kReward)[k];
      if (!is_over && !decides) continue;
      // The last reward of a trial comes with its end: nothing is to be expected after it.
      if (has_before[k] != 0) td_error[k] = earned[k] + (is_over ? 0 : p.discount * value[k]) - before[k];
      earned[k] = 0;
      before[k] = is_over ? 0 : value[k];
      has_before[k] = decides;
      b.state(kError)[k] = decides ? -1 : 0;
    }
    // That it is asked tells when others decide.
    std::ranges::fill(b.action(), 0.0);
  }
};

}  // namespace core
