// Traces of spikes that decay exponentially, read by many synapses at one time for the price of one exponential.
#pragma once
#include <cmath>
#include <encephagen/sdk/math.hpp>

namespace core {

// The traces of the units of one side at time t, without what spikes at t itself add: spikes at one time do not pair,
// whichever of them is told first. Per unit it holds the trace just before the last spike, the time of that spike, and
// the level: the trace with that spike, times what it will have decayed since the beginning of the spike's frame of
// time. Within a frame, a trace is its level times one factor for all units. Frames last 256 time constants: a level
// stays below e^256 times a trace, and it is the rare unit that was silent since the frame before which needs an
// exponential of its own.
class Traces {
 public:
  // The time of the last spike of a unit that has had none, whose trace and level are 0: finite and yet to come, so
  // that it needs no exponential.
  static constexpr double none_ms = 1e300;

  // How traces of a side decay.
  struct Decay {
    double minus_rate, frame_ms, frames_per_ms;
    explicit Decay(double tau_ms) : minus_rate(-1 / tau_ms), frame_ms(256 * tau_ms), frames_per_ms(1 / frame_ms) {}
    double frame_begin_ms(double t_ms) const { return std::floor(t_ms * frames_per_ms) * frame_ms; }
  };

  // A time of a side, the beginning of its frame, and e^-((t - begin) / tau).
  struct Time {
    double t_ms, minus_rate, begin_ms, factor;
  };

  // Columns [units], which the caller owns; `keeps` is the share of a trace that a spike leaves before it adds 1.
  Traces(double* before, double* level, double* last_ms, const Time& time, double keeps)
      : before_(before), level_(level), last_ms_(last_ms), time_(time), keeps_(keeps) {}

  // Of the units on the other side of a pack of synapses.
  template <class Synapses>
  EG_INLINE auto of(const Synapses& s) const -> decltype(s.weight()) {
    return read<decltype(s.weight())>([&](const double* column)
                                          __attribute__((always_inline)) { return s.at_other(column); });
  }

  void spike(size_t unit) const {
    const double now = read<double>([&](const double* column) { return column[unit]; });
    before_[unit] = now;
    level_[unit] = (now * keeps_ + 1) / time_.factor;
    last_ms_[unit] = time_.t_ms;
  }

 private:
  template <class T, class Read>
  EG_INLINE T read(const Read& column) const {
    const T last = column(last_ms_);
    T now = column(level_) * time_.factor;
    const eg::Words<T> is_now = mask(last == T{} + time_.t_ms), is_old = mask(last < T{} + time_.begin_ms);
    if (eg::any_bit(is_now | is_old)) [[unlikely]] {
      const T before = column(before_),
              decayed = (before * keeps_ + 1.0) * eg::exp(T((time_.t_ms - last) * time_.minus_rate));
      now = last < T{} + time_.begin_ms ? decayed : now;
      now = last == T{} + time_.t_ms ? before : now;
    }
    return now;
  }
  EG_INLINE static uint64_t mask(bool is) { return is; }
  template <class M>
  EG_INLINE static auto mask(const M& lanes) {
    return __builtin_bit_cast(eg::Words<eg::Pack<sizeof(M) / 8>>, lanes);
  }

  double* before_;
  double* level_;
  double* last_ms_;
  Time time_;
  double keeps_;
};

}  // namespace core
