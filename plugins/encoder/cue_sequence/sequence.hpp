// The course of an episode of evidence accumulation: cues on two sides, a delay, a recall; and the choices made in it.
#pragma once
#include <cmath>
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>

namespace core {

// Members that say how an episode goes, for the Params of every encoder of the task.
struct SequenceParams {
  int64_t n_cues = 7;
  double gap_ms = 50, cue_ms = 100, noise_ms = 1050, recall_ms = 150, minority_probability = 0.3;
};
template <class P>
constexpr auto sequence_fields() {
  return eg::list(
      eg::param("n_cues", &P::n_cues, eg::range(1, 1001), "how many cues; an odd number, so that one side has more"),
      eg::param("gap_ms", &P::gap_ms, eg::range(0, 1e6), "silence before each cue"),
      eg::param("cue_ms", &P::cue_ms, eg::range(0.001, 1e6), "length of a cue"),
      eg::param("noise_ms", &P::noise_ms, eg::range(0, 1e7), "delay between the last cue and the recall"),
      eg::param("recall_ms", &P::recall_ms, eg::range(0.001, 1e6), "length of the recall, in which an answer is asked"),
      eg::param("minority_probability", &P::minority_probability, eg::range(0, 1),
                "chance of a cue on the side that an episode does not favour"));
}

class Sequence {
 public:
  // Both sides are told apart by number: 0 is left, 1 right.
  enum Choice { kRightProbability, kRight, kSide, kNChoices };

  explicit Sequence(const SequenceParams& params) : p_(params) {
    if (p_.n_cues % 2 == 0) throw std::invalid_argument("n_cues must be odd: one of the sides is to have more cues");
  }

  static constexpr eg::Column right_probability{"right_probability", "chance of a cue on the right in this episode", 0,
                                                1};
  static constexpr eg::Column right_count{"right_count", "cues on the right so far", 0, 1001};
  static constexpr eg::Column side{"side_index", "side of the last cue: 0 left, 1 right", 0, 1};
  // The names decide what encoders of one stream share.
  static constexpr eg::RandomColumn favour{
      "favour", EG_RANDOM_UNIFORM, "which side an episode favours; used in its first step", nullptr, EG_RANDOM_SHARED};
  static constexpr eg::RandomColumn choice{
      "choice", EG_RANDOM_UNIFORM, "side of a cue; used in the step in which it begins", nullptr, EG_RANDOM_SHARED};

  double start_ms(int64_t cue) const { return static_cast<double>(cue) * (p_.gap_ms + p_.cue_ms) + p_.gap_ms; }
  double recall_start_ms() const { return static_cast<double>(p_.n_cues) * (p_.gap_ms + p_.cue_ms) + p_.noise_ms; }
  double end_ms() const { return recall_start_ms() + p_.recall_ms; }

  // What happens in a step: times are rounded to steps.
  struct Now {
    bool begins_episode, begins_cue, is_cue, is_recall, is_over;
  };
  Now at(uint64_t step, double dt_ms) const {
    const auto s = static_cast<double>(step);
    const auto first = [&](double ms) { return std::round(ms / dt_ms); };
    const auto cue = std::min(static_cast<int64_t>((s + 0.5) * dt_ms / (p_.gap_ms + p_.cue_ms)), p_.n_cues - 1);
    // Rounding may put a step at the edge of a cycle on either side: the neighbours are looked at, too.
    Now now{step == 0, false, false, false, s >= first(end_ms())};
    for (int64_t c = std::max<int64_t>(0, cue - 1); c <= std::min(p_.n_cues - 1, cue + 1); ++c) {
      now.begins_cue = now.begins_cue || s == first(start_ms(c));
      now.is_cue = now.is_cue || (s >= first(start_ms(c)) && s < first(start_ms(c) + p_.cue_ms));
    }
    now.is_recall = s >= first(recall_start_ms()) && !now.is_over;
    return now;
  }

  static void reset(eg::EncoderBlock& b) {
    std::ranges::fill(b.state(kRightProbability), 0.5);
    std::ranges::fill(b.state(kRight), 0.0);
    std::ranges::fill(b.state(kSide), 0.0);
  }
  // Makes the choices that are due, for unit i, from the shared random columns 0 (favour) and 1 (choice).
  void choose(const eg::EncoderBlock& b, const Now& now, size_t i) const {
    if (now.begins_episode) {
      b.state(kRightProbability)[i] = b.random(0)[i] < 0.5 ? p_.minority_probability : 1 - p_.minority_probability;
      b.state(kRight)[i] = b.state(kSide)[i] = 0;
    }
    if (!now.begins_cue) return;
    b.state(kSide)[i] = b.random(1)[i] < b.state(kRightProbability)[i] ? 1 : 0;
    b.state(kRight)[i] = std::min(b.state(kRight)[i] + b.state(kSide)[i], static_cast<double>(p_.n_cues));
  }
  bool is_right(const eg::EncoderBlock& b, size_t i) const {
    return 2 * b.state(kRight)[i] > static_cast<double>(p_.n_cues);
  }

 private:
  SequenceParams p_;
};

}  // namespace core
