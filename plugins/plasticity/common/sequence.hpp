// Which steps of the history between two updates are the sequence that is learnt from; the rest is padding.
#pragma once
#include <cmath>
#include <cstdio>
#include <encephagen/sdk/plasticity.hpp>
#include <stdexcept>
#include <string>

namespace core {

// Steps begin .. end-1 of a history.
struct Sequence {
  size_t begin, end;
  size_t size() const { return end - begin; }
};

// Base of a rule's Params.
struct SequenceWindow {
  double update_every_ms = 1000, sequence_begin_ms = 0, sequence_ms = 0;
  static constexpr auto window_fields =
      eg::list(eg::param("update_every_ms", &SequenceWindow::update_every_ms, eg::range(0.001, 1e9),
                         "from one update to the next: length of a sequence with its padding"),
               eg::param("sequence_begin_ms", &SequenceWindow::sequence_begin_ms, eg::range(0, 1e9),
                         "padding before the sequence"),
               eg::param("sequence_ms", &SequenceWindow::sequence_ms, eg::range(0, 1e9),
                         "length of the sequence; 0: all that the signals reach before the update"));

  // `signal_delay` steps after the sequence are needed, in which the last signals arrive. Throws where they do not fit.
  Sequence sequence(double dt_ms, size_t n_history, size_t signal_delay) const {
    const size_t begin = steps("sequence_begin_ms", sequence_begin_ms, dt_ms);
    const size_t room = n_history > signal_delay ? n_history - signal_delay : 0;
    const size_t end = sequence_ms > 0 ? begin + steps("sequence_ms", sequence_ms, dt_ms) : room;
    if (begin >= end || end > room) {
      char text[200];
      std::snprintf(text, sizeof text,
                    "a sequence of steps %zu to %zu, whose signals arrive %zu steps later, does not fit between "
                    "updates that are %zu steps apart: raise update_every_ms",
                    begin + 1, end, signal_delay, n_history);
      throw std::invalid_argument(text);
    }
    return {begin, end};
  }

  // Checks before the first step what sequence() would say at the first update.
  void check(double dt_ms, size_t signal_delay) const {
    sequence(dt_ms, steps("update_every_ms", update_every_ms, dt_ms), signal_delay);
  }

  static size_t steps(const char* name, double ms, double dt_ms) {
    const double n = ms / dt_ms;
    if (std::abs(n - std::round(n)) > 1e-6 * std::fmax(1, n)) {
      char text[160];
      std::snprintf(text, sizeof text, "%s = %g is not a whole number of steps of %g ms: change it or dt_ms", name, ms,
                    dt_ms);
      throw std::invalid_argument(text);
    }
    return static_cast<size_t>(std::round(n));
  }
};

// What gradients, which are sums over the steps of a sequence, are divided by. Base of a rule's Params.
struct TimeAverage {
  double average_over_ms = 0;
  static constexpr auto average_field =
      eg::param("average_over_ms", &TimeAverage::average_over_ms, eg::range(0, 1e9),
                "gradients are divided by this number of steps; 0: they are sums over time");

  void check_average(double dt_ms) const { SequenceWindow::steps("average_over_ms", average_over_ms, dt_ms); }
  double divisor(double dt_ms) const { return average_over_ms > 0 ? std::round(average_over_ms / dt_ms) : 1; }
};

}  // namespace core
