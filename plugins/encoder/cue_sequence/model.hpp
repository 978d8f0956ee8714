// Evidence accumulation after Bellec et al. 2020 (Nat Commun 11:3625): the cues, and what is asked for; see
// cue_sequence.md.
#pragma once
#include "../common/chance_port.hpp"
#include "../common/numbered_units.hpp"
#include "sequence.hpp"

namespace core {

struct CueSequence {
  static constexpr eg::Info info{"core.cue_sequence", "1.0.0",
                                 "spikes of an evidence accumulation task: cues, delay, recall"};

  struct Params : SequenceParams {
    double weight = 1, left_share = 0.25, right_share = 0.25, recall_share = 0.25, cue_hz = 40, recall_hz = 40,
           noise_hz = 10, unit = -1, n_units = 0;
    static constexpr auto fields = eg::concat(
        sequence_fields<Params>(),
        std::tuple{eg::param("weight", &Params::weight, eg::range(-1e6, 1e6), "what one spike adds to the port"),
                   eg::param("left_share", &Params::left_share, eg::range(0, 1), "units that fire during left cues"),
                   eg::param("right_share", &Params::right_share, eg::range(0, 1), "units that fire during right cues"),
                   eg::param("recall_share", &Params::recall_share, eg::range(0, 1),
                             "units that fire during the recall; the rest is noise"),
                   eg::param("cue_hz", &Params::cue_hz, eg::range(0, 1e4), "rate of a side's units during its cues"),
                   eg::param("recall_hz", &Params::recall_hz, eg::range(0, 1e4), "rate of the recall units"),
                   eg::param("noise_hz", &Params::noise_hz, eg::range(0, 1e4), "rate of the noise units, all the time"),
                   unit_param<Params>(), n_units_param<Params>()});
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  enum State { kPsc = Sequence::kNChoices };
  static constexpr auto state =
      eg::list(Sequence::right_probability, Sequence::right_count, Sequence::side, chance_port::spikes);
  static constexpr auto outputs =
      eg::list(eg::Output{"psc", kPsc, "what the spike of this step adds", EG_ACCEPTS_SPIKES});
  enum Random { kFavour, kChoice, kChance };
  static constexpr auto random = eg::list(Sequence::favour, Sequence::choice, chance_port::chance);

  explicit CueSequence(const Params& params) : p(params), sequence_(params) {
    if (p.left_share + p.right_share + p.recall_share > 1 + 1e-9)
      throw std::invalid_argument("left_share, right_share and recall_share are more than 1 together");
  }

  void init(eg::EncoderBlock& b) const {
    chance_port::check_rate("cue_hz", p.cue_hz, b.dt_ms());
    chance_port::check_rate("recall_hz", p.recall_hz, b.dt_ms());
    chance_port::check_rate("noise_hz", p.noise_hz, b.dt_ms());
    Sequence::reset(b);
    std::ranges::fill(b.state(kPsc), 0.0);
  }

  void step(eg::EncoderBlock& b) const {
    const auto now = sequence_.at(b.step(), b.dt_ms());
    for (size_t i = 0; i < b.size(); ++i) {
      sequence_.choose(b, now, i);
      const double rate_hz =
          now.is_over ? 0 : rate(now, group(b.param(kUnit)[i], b.param(kNUnits)[i]), b.state(Sequence::kSide)[i]);
      b.state(kPsc)[i] = b.random(kChance)[i] < rate_hz * b.dt_ms() * 1e-3 ? p.weight : 0;
    }
  }

 private:
  enum Group { left, right, recall, noise };

  // Groups follow one another in the order of units; a unit belongs where its middle lies.
  Group group(double unit, double n_units) const {
    const double place = n_units > 0 ? (unit + 0.5) / n_units : 1;
    if (place < p.left_share) return left;
    if (place < p.left_share + p.right_share) return right;
    return place < p.left_share + p.right_share + p.recall_share ? recall : noise;
  }
  double rate(const Sequence::Now& now, Group g, double side) const {
    if (g == noise) return p.noise_hz;
    if (g == recall) return now.is_recall ? p.recall_hz : 0;
    return now.is_cue && (g == right) == (side > 0.5) ? p.cue_hz : 0;
  }

  Sequence sequence_;
};

struct CueTarget {
  static constexpr eg::Info info{"core.cue_target", "1.0.0",
                                 "the right answer of core.cue_sequence, or when it is asked for"};

  enum class Role { target, gate };
  struct Params : SequenceParams {
    Role role = Role::target;
    double amplitude = 1, unit = -1, n_units = 0;
    static constexpr auto fields = eg::concat(
        sequence_fields<Params>(),
        std::tuple{eg::param("role", &Params::role, eg::choices("target", "gate"),
                             "target: the recall's answer, unit 0 for left and unit 1 for right; gate: the recall"),
                   eg::param("amplitude", &Params::amplitude, eg::range(-1e6, 1e6), "the value where it is not 0"),
                   unit_param<Params>(), n_units_param<Params>()});
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  enum State { kValue = Sequence::kNChoices };
  static constexpr auto state =
      eg::list(Sequence::right_probability, Sequence::right_count, Sequence::side,
               eg::Column{"value", "what the units receive", -eg::infinity, eg::infinity, EG_STATE_WITHIN_STEP});
  static constexpr auto outputs =
      eg::list(eg::Output{"value", kValue, "what the units receive", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(Sequence::favour, Sequence::choice);

  explicit CueTarget(const Params& params) : p(params), sequence_(params) {}

  void init(eg::EncoderBlock& b) const {
    Sequence::reset(b);
    std::ranges::fill(b.state(kValue), 0.0);
  }

  void step(eg::EncoderBlock& b) const {
    const auto now = sequence_.at(b.step(), b.dt_ms());
    for (size_t i = 0; i < b.size(); ++i) {
      sequence_.choose(b, now, i);
      const bool is_answer = b.param(kUnit)[i] == (sequence_.is_right(b, i) ? 1 : 0);
      b.state(kValue)[i] = now.is_recall && (p.role == Role::gate || is_answer) ? p.amplitude : 0;
    }
  }

 private:
  Sequence sequence_;
};

}  // namespace core
