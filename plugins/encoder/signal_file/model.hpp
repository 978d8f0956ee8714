// Plays a signal from a file into continuous ports; signal_file.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>

#include "../common/numbered_units.hpp"
#include "signal.hpp"

namespace core {

struct SignalFile {
  static constexpr eg::Info info{"core.signal_file", "1.0.0", "a signal over time from a file, one column per unit"};

  struct Params {
    std::string_view file;
    double interval_ms = 1, onset_ms = 0, scale = 1, unit = -1;
    bool repeat = false;
    static constexpr auto fields =
        eg::list(eg::file_param("file", &Params::file, "csv or npy: one column for every unit, or one for all of them",
                                eg::required),
                 eg::param("interval_ms", &Params::interval_ms, eg::range(0.001, 1e9), "how long a row lasts"),
                 eg::param("onset_ms", &Params::onset_ms, eg::range(0, 1e12), "when the first row begins; 0 before"),
                 eg::param("scale", &Params::scale, eg::range(-1e9, 1e9), "factor on all values", eg::per_unit),
                 eg::param("repeat", &Params::repeat, "whether the first row follows the last; otherwise 0 does"),
                 unit_param<Params>());
  } p;
  enum PerUnitParam { kScale, kUnit };

  enum State { kValue };
  static constexpr auto state = eg::list(
      eg::Column{"value", "what the units receive in the step", -eg::infinity, eg::infinity, EG_STATE_WITHIN_STEP});
  static constexpr auto outputs =
      eg::list(eg::Output{"value", kValue, "what the units receive in the step", EG_ACCEPTS_CONTINUOUS});

  explicit SignalFile(const Params& params) : p(params), signal_(std::string(p.file)) {}

  void init(eg::EncoderBlock& b) const {
    const double steps = p.interval_ms / b.dt_ms();
    if (steps < 1 - 1e-6) throw std::invalid_argument("interval_ms is shorter than a step: rows would be skipped");
    std::ranges::fill(b.state(kValue), 0.0);
    if (signal_.columns() == 1) return;
    for (const double unit : b.param(kUnit))
      if (unit >= static_cast<double>(signal_.columns()))
        throw std::invalid_argument(std::string(p.file) + " has " + std::to_string(signal_.columns()) +
                                    " columns and none for unit " + std::to_string(static_cast<int64_t>(unit)) +
                                    " (from 0): give it one for every unit, or a single one");
  }

  // A step counts where its middle does, so that rounding of times does not matter.
  void step(eg::EncoderBlock& b) const {
    const double intervals = std::floor((b.t_ms() + 0.5 * b.dt_ms() - p.onset_ms) / p.interval_ms);
    const auto n = static_cast<double>(signal_.rows());
    const bool is_silent = intervals < 0 || (!p.repeat && intervals >= n);
    const auto value = b.state(kValue);
    if (is_silent) {
      std::ranges::fill(value, 0.0);
      return;
    }
    const auto row = static_cast<size_t>(std::fmod(intervals, n));
    for (size_t i = 0; i < b.size(); ++i) {
      const double unit = signal_.columns() == 1 ? 0 : std::fmax(0, b.param(kUnit)[i]);
      value[i] = b.param(kScale)[i] * signal_.at(row, static_cast<size_t>(unit));
    }
  }

 private:
  Signal signal_;
};

}  // namespace core
