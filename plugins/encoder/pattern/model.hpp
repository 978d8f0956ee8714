// A spike pattern over units that comes again and again; semantics in pattern.md.
#pragma once
#include <bit>
#include <cmath>
#include <encephagen/sdk/encoder.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <string>

#include "../common/numbered_units.hpp"
#include "pattern_file.hpp"

namespace core {

struct Pattern {
  static constexpr eg::Info info{"core.pattern", "1.0.0", "a frozen spatio-temporal spike pattern, repeated"};

  struct Params {
    double weight = 1, rate_hz = 5, length_ms = 200, period_ms = 1000, onset_ms = 0, jitter_ms = 0, background_hz = 0;
    int64_t pattern_seed = 1;
    std::string_view file;
    double unit = -1, n_units = 0;
    static constexpr auto fields = eg::list(
        eg::param("weight", &Params::weight, eg::range(-1e6, 1e6), "what one spike adds to the port"),
        eg::param("rate_hz", &Params::rate_hz, eg::range(0, 1000),
                  "mean rate of a unit within the drawn pattern; not used with a file", eg::per_unit),
        eg::param("length_ms", &Params::length_ms, eg::range(0.001, 1e7), "length of the pattern"),
        eg::param("period_ms", &Params::period_ms, eg::range(0, 1e9),
                  "from one beginning of the pattern to the next; 0: it comes once"),
        eg::param("onset_ms", &Params::onset_ms, eg::range(0, 1e9), "when it begins for the first time"),
        eg::param("jitter_ms", &Params::jitter_ms, eg::range(0, 100),
                  "standard deviation of each spike's own shift, drawn anew each time, cut at 3 of them"),
        eg::param("background_hz", &Params::background_hz, eg::range(0, 1000),
                  "independent Poisson spikes at all times, besides the pattern", eg::per_unit),
        eg::param("pattern_seed", &Params::pattern_seed, eg::range(0, 9e15),
                  "the drawn pattern depends on this, rate_hz and length_ms alone"),
        eg::file_param("file", &Params::file, "lines time_ms,unit below such a header, instead of a drawn pattern"),
        unit_param<Params>(), n_units_param<Params>());
  } p;
  enum PerUnitParam { kRate, kBackground, kUnit, kNUnits };

  enum State { kPsc, kCycle, kNumber, kTime, kPresentation };
  static constexpr auto state =
      eg::list(eg::Column{"psc", "what the spikes of this step add", -eg::infinity, eg::infinity, EG_STATE_WITHIN_STEP},
               eg::Column{"cycle_count", "presentation to which the next spike belongs", 0, eg::infinity},
               eg::Column{"spike_count", "its number in the pattern", 0, eg::infinity},
               eg::Column{"spike_ms", "its time in the pattern; -1: none comes any more", -1, eg::infinity},
               eg::Column{"presentation", "random number of this episode that shifts of spikes are made from", 0, 1});
  static constexpr auto outputs =
      eg::list(eg::Output{"psc", kPsc, "what the spikes of this step add", EG_ACCEPTS_SPIKES});
  enum Random { kCount, kEpisode };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"count", EG_RANDOM_POISSON, "background spikes", "background_hz"},
               eg::RandomColumn{"episode", EG_RANDOM_UNIFORM, "taken at the beginning of an episode", nullptr,
                                EG_RANDOM_SHARED});

  explicit Pattern(const Params& params) : p(params) {
    if (p.period_ms > 0 && p.period_ms < p.length_ms)
      throw std::invalid_argument("period_ms = " + std::to_string(p.period_ms) + " is shorter than length_ms = " +
                                  std::to_string(p.length_ms) + ": presentations would overlap");
    if (!p.file.empty()) file_ = PatternFile(std::string(p.file), p.length_ms);
  }

  void init(eg::EncoderBlock& b) const {
    for (size_t i = 0; i < b.size(); ++i) {
      const double n = b.param(kNUnits)[i];
      if (static_cast<double>(file_.n_units()) > n)
        throw std::invalid_argument(std::string(p.file) + " has a spike of unit " +
                                    std::to_string(file_.n_units() - 1) + ", but the encoder feeds only " +
                                    std::to_string(static_cast<int64_t>(n)) + " units, numbered from 0");
      b.state(kPsc)[i] = 0;
      b.state(kPresentation)[i] = 0.5;
      store(b, i, first(unit_of(b, i)));
    }
  }

  void step(eg::EncoderBlock& b) const {
    const auto step = static_cast<int64_t>(b.step());
    const double reach_ms = 3 * p.jitter_ms, dt_ms = b.dt_ms();
    for (size_t i = 0; i < b.size(); ++i) {
      const Unit u = unit_of(b, i);
      if (step == 0) {
        b.state(kPresentation)[i] = b.random(kEpisode)[i];
        store(b, i, first(u));
      }
      double n_spikes = b.random(kCount)[i];
      Spike next{static_cast<uint64_t>(b.state(kCycle)[i]), static_cast<uint64_t>(b.state(kNumber)[i]),
                 b.state(kTime)[i]};
      // Spikes that no shift can bring into this step any more are done with.
      bool has_moved = false;
      while (next.time_ms >= 0 && step_of(at_ms(next) + reach_ms, dt_ms) < step)
        next = after(u, next), has_moved = true;
      if (has_moved) store(b, i, next);
      for (Spike s = next; s.time_ms >= 0 && step_of(at_ms(s) - reach_ms, dt_ms) <= step; s = after(u, s))
        if (step_of(at_ms(s) + shift_ms(b.state(kPresentation)[i], u, s), dt_ms) == step) ++n_spikes;
      b.state(kPsc)[i] = p.weight * n_spikes;
    }
  }

  // The spike with number k of a drawn pattern, given the one before (0 for the first); at or after length_ms there is
  // none. Intervals are exponential.
  double drawn_ms(uint64_t unit, double rate_hz, uint64_t k, double before_ms) const {
    if (!(rate_hz > 0)) return eg::infinity;
    eg::Random draw(eg::mix_key(static_cast<uint64_t>(p.pattern_seed), "pattern", unit), "interval", k);
    return before_ms - std::log(draw.uniform()) * 1e3 / rate_hz;
  }

 private:
  struct Unit {
    uint64_t number;
    double rate_hz;
  };
  struct Spike {
    uint64_t cycle, k;
    double time_ms;  // within the pattern; -1: none
  };

  static Unit unit_of(const eg::EncoderBlock& b, size_t i) {
    const double number = b.param(kUnit)[i];
    return {number > 0 ? static_cast<uint64_t>(number) : 0, b.param(kRate)[i]};
  }
  static void store(const eg::EncoderBlock& b, size_t i, const Spike& s) {
    b.state(kCycle)[i] = static_cast<double>(s.cycle);
    b.state(kNumber)[i] = static_cast<double>(s.k);
    b.state(kTime)[i] = s.time_ms;
  }

  // The step in which a time lies, its beginning included; times on the grid of steps are met in spite of rounding.
  // Before the episode there is nothing: -1.
  static int64_t step_of(double s_ms, double dt_ms) {
    return s_ms < -1e-6 * dt_ms ? -1 : static_cast<int64_t>(std::floor(s_ms / dt_ms + 1e-6));
  }
  double at_ms(const Spike& s) const { return p.onset_ms + static_cast<double>(s.cycle) * p.period_ms + s.time_ms; }

  double pattern_ms(const Unit& u, uint64_t k, double before_ms) const {
    const double t = p.file.empty() ? drawn_ms(u.number, u.rate_hz, k, before_ms) : file_.spike_ms(u.number, k);
    return t < p.length_ms ? t : -1;
  }
  Spike first(const Unit& u) const { return {0, 0, pattern_ms(u, 0, 0)}; }
  Spike after(const Unit& u, Spike s) const {
    ++s.k;
    s.time_ms = pattern_ms(u, s.k, s.time_ms);
    if (s.time_ms >= 0 || !(p.period_ms > 0)) return s;
    // A unit that had a spike has a first one.
    return {s.cycle + 1, 0, pattern_ms(u, 0, 0)};
  }

  double shift_ms(double presentation, const Unit& u, const Spike& s) const {
    if (!(p.jitter_ms > 0)) return 0;
    eg::Random draw(
        eg::mix_key(eg::mix_key(std::bit_cast<uint64_t>(presentation), "jitter", u.number), "cycle", s.cycle), "spike",
        s.k);
    for (;;)
      if (const double x = draw.normal(); std::abs(x) <= 3) return p.jitter_ms * x;
  }

  PatternFile file_;
};

}  // namespace core
