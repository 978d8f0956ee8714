// Tests of core.cue_sequence and core.cue_target: the course of an episode, who fires when, and that both agree.
#include <doctest/doctest.h>

#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <numeric>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::CueSequence;
using core::CueTarget;
using encephagen::testing::UnitHarness;

namespace {

void number(UnitHarness& h, size_t n) {
  std::vector<double> unit(n);
  std::iota(unit.begin(), unit.end(), 0.0);
  h.set("unit", unit);
  h.set("n_units", static_cast<double>(n));
}

// What the kernel gives encoders of one stream in a step.
double shared(uint64_t stream, std::string_view column, size_t step) {
  return eg::Random(stream, column, step).uniform();
}
void give_shared(UnitHarness& h, uint64_t stream) {
  for (const char* column : {"favour", "choice"})
    std::ranges::fill(h.random(column), shared(stream, column, h.n_steps()));
}

// Sides of the cues of an episode in steps of 1 ms, by the rule itself.
std::vector<bool> sides(uint64_t stream) {
  const double p_right = shared(stream, "favour", 0) < 0.5 ? 0.3 : 0.7;
  std::vector<bool> out;
  for (size_t cue = 0; cue < 7; ++cue) out.push_back(shared(stream, "choice", 50 + 150 * cue) < p_right);
  return out;
}

std::string refusal(const eg_plugin& plugin, std::string_view param, double value, double dt_ms = 1) {
  try {
    UnitHarness h(plugin, 4, dt_ms);
    number(h, 4);
    h.set(param, value);
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("cue_sequence: groups fire in their windows only, at their rates, on the side that was drawn") {
  const size_t n = 400;
  for (const uint64_t stream : {1u, 2u, 3u}) {
    UnitHarness h(eg::encoder<CueSequence>, n, 1.0);
    number(h, n);
    h.set("weight", 2);
    h.init();
    const auto side = sides(stream);
    eg::Random chance(17, "chance", stream);
    std::vector<double> count(5, 0.0);  // left, right, recall, noise; spikes where none may be
    size_t n_left_cues = 0;
    for (const bool right : side) n_left_cues += !right;
    for (size_t k = 0; k < 2400; ++k) {
      give_shared(h, stream);
      for (double& x : h.random("chance")) x = chance.uniform();
      h.step(33);
      const size_t cue = k / 150, within = k % 150;
      const bool is_cue = cue < 7 && within >= 50, is_recall = k >= 2100 && k < 2250;
      for (size_t u = 0; u < n; ++u) {
        const double psc = h.state("psc")[u];
        if (psc == 0) continue;
        CHECK(psc == 2);
        const size_t group = u / 100;
        const bool may = group == 0   ? is_cue && !side[cue]
                         : group == 1 ? is_cue && side[cue]
                         : group == 2 ? is_recall
                                      : k < 2250;
        ++count[may ? group : 4];
      }
    }
    CHECK(count[4] == 0);
    const auto expect = [&](double seen, double steps, double p) {
      const double mean = 100 * steps * p;
      CHECK_CLOSE(seen, mean, 0, 5 * std::sqrt(mean) + 1e-9);
    };
    expect(count[0], 100 * static_cast<double>(n_left_cues), 0.04);
    expect(count[1], 100 * static_cast<double>(7 - n_left_cues), 0.04);
    expect(count[2], 150, 0.04);
    expect(count[3], 2250, 0.01);
  }
}

TEST_CASE("cue_target: answers with the majority and gates the recall, in agreement with the cues") {
  size_t n_right = 0, n_favoured = 0;
  double n_minority = 0;
  const size_t n_episodes = 400;
  for (uint64_t stream = 0; stream < n_episodes; ++stream) {
    UnitHarness target(eg::encoder<CueTarget>, 3, 1.0), gate(eg::encoder<CueTarget>, 2, 1.0),
        input(eg::encoder<CueSequence>, 4, 1.0);
    number(target, 3), number(gate, 2), number(input, 4);
    gate.choose("role", "gate");
    target.set("amplitude", 0.5);
    target.init(), gate.init(), input.init();
    const auto side = sides(stream);
    const auto right = static_cast<size_t>(std::ranges::count(side, true));
    const bool favours_right = shared(stream, "favour", 0) >= 0.5;
    n_right += right > 3, n_favoured += favours_right;
    n_minority += static_cast<double>(favours_right ? 7 - right : right);
    const size_t last = stream < 5 ? 2400 : 2101;
    bool is_right = true;
    for (size_t k = 0; k < last; ++k) {
      for (auto* h : {&target, &gate, &input}) give_shared(*h, stream), h->step();
      const bool recall = k >= 2100 && k < 2250;
      const double on = recall ? 0.5 : 0;
      is_right = is_right && gate.state("value") == std::vector<double>(2, recall ? 1.0 : 0.0);
      is_right = is_right && target.state("value") == std::vector<double>{right > 3 ? 0 : on, right > 3 ? on : 0, 0};
    }
    CHECK(is_right);
    for (const char* state : {"right_probability", "right_count", "side_index"})
      CHECK(input.state(state)[1] == target.state(state)[2]);
    CHECK(input.state("right_count")[3] == static_cast<double>(right));
  }
  const double m = n_episodes;
  CHECK_CLOSE(static_cast<double>(n_favoured) / m, 0.5, 0, 5 * 0.5 / std::sqrt(m));
  CHECK_CLOSE(static_cast<double>(n_right) / m, 0.5, 0, 5 * 0.5 / std::sqrt(m));
  CHECK_CLOSE(n_minority / (7 * m), 0.3, 0, 5 * std::sqrt(0.21 / (7 * m)));
}

TEST_CASE("cue_sequence: windows fall on the steps that times round to, whatever dt") {
  for (const double dt : {0.1, 0.3, 0.7, 1.0, 7.0}) {
    const core::Sequence sequence({});
    std::vector<size_t> onsets;
    size_t n_cue = 0, n_recall = 0, end = 0;
    for (size_t k = 0; k < static_cast<size_t>(2400 / dt); ++k) {
      const auto now = sequence.at(k, dt);
      if (now.begins_cue) onsets.push_back(k);
      n_cue += now.is_cue, n_recall += now.is_recall;
      CHECK(now.begins_episode == (k == 0));
      if (!now.is_over) end = k + 1;
    }
    REQUIRE(onsets.size() == 7);
    const auto round = [&](double ms) { return static_cast<size_t>(std::llround(ms / dt)); };
    size_t expected = 0;
    for (size_t c = 0; c < 7; ++c) {
      const double start = 50 + 150 * static_cast<double>(c);
      CHECK(onsets[c] == round(start));
      expected += round(start + 100) - round(start);
    }
    CHECK(n_cue == expected);
    CHECK(n_recall == round(2250) - round(2100));
    CHECK(end == round(2250));
  }
}

TEST_CASE("cue_sequence: an episode starts anew in its first step; a cue may begin in it") {
  UnitHarness h(eg::encoder<CueTarget>, 2, 1.0);
  number(h, 2);
  h.set("gap_ms", 0);
  h.init();
  for (auto& x : h.state("right_count")) x = 6;
  std::ranges::fill(h.random("favour"), 0.7);   // right is favoured ...
  std::ranges::fill(h.random("choice"), 0.69);  // ... and comes below 0.7
  h.step();
  CHECK(h.state("right_probability") == std::vector<double>(2, 0.7));
  CHECK(h.state("right_count") == std::vector<double>(2, 1.0));
  for (size_t k = 1; k < 100; ++k) h.step();
  CHECK(h.state("right_count") == std::vector<double>(2, 1.0));
  std::ranges::fill(h.random("choice"), 0.71);
  h.step();
  CHECK(h.state("right_count") == std::vector<double>(2, 1.0));
  CHECK(h.state("side_index") == std::vector<double>(2, 0.0));
}

TEST_CASE("cue_sequence: refuses what cannot be meant") {
  CHECK(refusal(eg::encoder<CueSequence>, "n_cues", 6) == "n_cues must be odd: one of the sides is to have more cues");
  CHECK(refusal(eg::encoder<CueTarget>, "n_cues", 2) == "n_cues must be odd: one of the sides is to have more cues");
  CHECK(refusal(eg::encoder<CueSequence>, "left_share", 0.6) ==
        "left_share, right_share and recall_share are more than 1 together");
  CHECK(refusal(eg::encoder<CueSequence>, "cue_hz", 1500) ==
        "cue_hz = 1500.000000 is more than one spike per step of 1.000000 ms: lower it or make dt_ms smaller");
  CHECK(refusal(eg::encoder<CueSequence>, "cue_hz", 1500, 0.1) == "accepted");
}
