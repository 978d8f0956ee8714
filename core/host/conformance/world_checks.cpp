// Checks of worlds: bodies and environments.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>
#include <span>
#include <string_view>

#include "host/conformance/check.hpp"
#include "host/conformance/together.hpp"
#include "host/conformance/world_rig.hpp"
#include "host/plugin_call.hpp"

namespace encephagen::conformance {
namespace {

constexpr int kMoves = 60;
constexpr uint64_t kSeed = 11;

bool is_word(const char* text) {
  return text && *text &&
         std::string_view(text).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

void spaces(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const eg_spaces spaces = WorldRig(instance).spaces();
  const auto judge = [&](const char* what, const eg_channel* channels, uint32_t n) {
    if (n > 0 && !channels) return report.fail(fmt::format("says it has {} {}s but lists none", n, what));
    std::set<std::string_view> names;
    for (uint32_t k = 0; k < n; ++k) {
      const auto& c = channels[k];
      if (!is_word(c.name))
        return report.fail(fmt::format("{} {} has no proper name (small letters, digits, underscore)", what, k));
      if (!names.insert(c.name).second) report.fail(fmt::format("{} '{}' is declared twice", what, c.name));
      if (!c.doc || !*c.doc) report.fail(fmt::format("{} '{}' has no description", what, c.name));
      if (!(c.low <= c.high))
        report.fail(fmt::format("{} '{}' has the empty range [{}, {}]", what, c.name, c.low, c.high));
      if (c.n_choices > 0 && (c.low != 0 || c.high != c.n_choices - 1.0))
        report.fail(fmt::format("{} '{}' has {} choices, so its range must be [0, {}]", what, c.name, c.n_choices,
                                c.n_choices - 1));
    }
  };
  judge("observation", spaces.observations, spaces.n_observations);
  judge("action", spaces.actions, spaces.n_actions);
  judge("reward", spaces.rewards, spaces.n_rewards);
  judge("disturbance", spaces.disturbances, spaces.n_disturbances);
  judge("pose", spaces.poses, spaces.n_poses);
  if (spaces.n_disturbances > 0 && !world_calls(s.world()).disturb)
    report.fail(fmt::format("says it has {} disturbances but has no call that takes them", spaces.n_disturbances));
}

void runs(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  rig.run(kSeed, kMoves);
  if (!rig.trespass().empty()) report.fail(rig.trespass());
}

void repeatable(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults());
  const auto first = WorldRig(a).run(kSeed, kMoves);
  const auto seen = difference(WorldRig(b).run(kSeed, kMoves), first);
  if (!seen.empty()) report.fail("with the same seed and actions a second world goes another way: " + seen);
}

void reset_forgets(const Subject& s, Report& report) {
  Instance fresh(s, s.defaults()), used(s, s.defaults());
  const auto should_be = WorldRig(fresh).run(kSeed, kMoves);
  WorldRig rig(used);
  rig.run(kSeed + 1, kMoves);
  const auto seen = difference(rig.run(kSeed, kMoves), should_be);
  if (!seen.empty())
    report.fail("after a reset a world that was used goes another way than a new one with the same seed: " + seen);
}

void seeds(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  const auto first = rig.run(kSeed, kMoves);
  if (difference(rig.run(kSeed + 1, kMoves), first).empty())
    report.note("the seed of reset changes nothing: this world has no randomness");
}

void two_at_once(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults()), c(s, s.defaults());
  const auto should_be = WorldRig(c).run(kSeed, kMoves);
  Trajectory seen[2];
  run_together(2, [&](unsigned t) { seen[t] = WorldRig(t == 0 ? a : b).run(kSeed, kMoves); });
  for (const auto& trajectory : seen)
    if (const auto text = difference(trajectory, should_be); !text.empty())
      return report.fail("two worlds on two threads disturb each other: " + text);
}

void observations(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  const auto& spaces = rig.spaces();
  const auto judge = [&](const Observed& seen, const std::string& when) {
    const auto channels = [&](const std::vector<double>& values, const eg_channel* declared, const char* what) {
      for (size_t k = 0; k < values.size(); ++k)
        if (!std::isfinite(values[k]) || values[k] < declared[k].low || values[k] > declared[k].high)
          report.fail(fmt::format("{} '{}' is {} {}, outside the declared [{}, {}]", what, declared[k].name, values[k],
                                  when, declared[k].low, declared[k].high));
    };
    channels(seen.observation, spaces.observations, "observation");
    channels(seen.reward, spaces.rewards, "reward");
    channels(seen.pose, spaces.poses, "pose");
  };
  rig.reset(kSeed);
  judge(rig.observe(), "after reset");
  for (int k = 1; k <= 300 && report.outcome() == CheckOutcome::success; ++k)
    judge(rig.move(), fmt::format("after control interval {}", k));
}

void observes_again(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  rig.run(kSeed, 5);
  const auto first = rig.observe(), second = rig.observe();
  auto without_reward = first;
  without_reward.reward = second.reward;
  const auto seen = difference({second}, {without_reward});
  if (!seen.empty()) return report.fail("observing twice in a row tells two things: " + seen);
  for (size_t k = 0; k < second.reward.size(); ++k)
    if (second.reward[k] != 0)
      return report.fail(
          fmt::format("reward '{}' is {} when observed again at once; it is what was earned since the last observe",
                      rig.spaces().rewards[k].name, second.reward[k]));
}

void poses_optional(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults());
  WorldRig drawn(a), plain(b);
  if (drawn.spaces().n_poses == 0) return report.success("declares no poses");
  drawn.reset(kSeed), plain.reset(kSeed);
  mark_subject("nobody who wants to know poses");
  for (int k = 0; k < 20; ++k) {
    const auto action = drawn.random_action(static_cast<uint64_t>(k));
    Observed seen[2];
    for (auto* rig : {&drawn, &plain}) {
      rig->act(action);
      rig->advance(rig->interval_ms());
      seen[rig == &plain] = rig->observe(rig == &drawn);
    }
    seen[0].pose.clear();
    const auto text = difference({seen[1]}, {seen[0]});
    if (!text.empty()) return report.fail("where nobody wants to know poses it goes another way: " + text);
    if (seen[0].is_over()) drawn.reset(kSeed + 1), plain.reset(kSeed + 1);
  }
}

void action_ends(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  for (const bool is_high : {false, true}) {
    rig.reset(kSeed);
    std::vector<double> action;
    for (uint32_t k = 0; k < rig.spaces().n_actions; ++k) {
      const auto& c = rig.spaces().actions[k];
      const double end = is_high ? c.high : c.low;
      action.push_back(std::isfinite(end) ? end : is_high ? 1e3 : -1e3);
    }
    mark_subject(is_high ? "all actions at their upper end" : "all actions at their lower end");
    for (int k = 0; k < 20; ++k) {
      try {
        rig.act(action);
        rig.advance(rig.interval_ms());
      } catch (const CallFailed& e) {
        return report.fail(fmt::format("with all actions at their {} end: {}", is_high ? "upper" : "lower", e.what()));
      }
      const auto seen = rig.observe();
      for (const double x : seen.observation)
        if (!std::isfinite(x))
          return report.fail(
              fmt::format("with all actions at their {} end an observation is {}", is_high ? "upper" : "lower", x));
      if (seen.is_over()) rig.reset(kSeed + 1);
    }
  }
}

void action_outside(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> refusals;
  for (uint32_t k = 0; k < rig.spaces().n_actions; ++k) {
    const auto& c = rig.spaces().actions[k];
    std::vector<double> values{nan, std::numeric_limits<double>::infinity()};
    if (std::isfinite(c.high)) values.insert(values.end(), {c.high + 1, c.high * 2 + 1e6});
    if (std::isfinite(c.low)) values.push_back(c.low - 1);
    if (c.n_choices > 1) values.push_back(0.5);
    for (const double value : values) {
      rig.reset(kSeed);
      auto action = rig.random_action(0);
      action[k] = value;
      const std::string what = fmt::format("action '{}' = {}", c.name, value);
      mark_subject(what);
      try {
        rig.act(action);
        rig.advance(rig.interval_ms());
        for (const double x : rig.observe().observation)
          if (!std::isfinite(x)) report.fail(fmt::format("{} is accepted and makes an observation {}", what, x));
      } catch (const CallFailed& e) {
        if (!e.gave_reason) report.fail(what + " is refused without a reason");
      }
    }
  }
  mark_subject("");
  // A refused action must not spoil the world.
  rig.reset(kSeed);
  rig.go_on(3);
}

void end_explained(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  rig.reset(kSeed);
  constexpr int most = 3000;
  for (int k = 0; k < most; ++k) {
    const auto seen = rig.move();
    if (!seen.is_over() && !seen.reason.empty())
      return report.fail(
          fmt::format("gives the reason '{}' for an end that none of the three flags reports", seen.reason));
    if (!seen.is_over()) continue;
    if (seen.reason.empty())
      return report.fail(fmt::format("the episode ended after {} control intervals without a reason", k + 1));
    // The reset that follows an end was made by move(); the next episode has to run as well.
    const auto next = rig.move();
    if (next.is_over() && next.reason.empty())
      return report.fail("the episode after a reset ended at once without a reason");
    return report.success(fmt::format("'{}' after {} control intervals", seen.reason, k + 1));
  }
  report.note(fmt::format("no episode ended within {} control intervals of random actions", most));
}

void save_load(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults()), c(s, s.defaults());
  WorldRig never_saved(a), saved(b), loaded(c);
  never_saved.run(kSeed, kMoves);
  const auto should_be = never_saved.go_on(kMoves);
  saved.run(kSeed, kMoves);
  const auto bytes = saved.save();
  if (!saved.trespass().empty()) return report.fail(saved.trespass());
  if (saved.save() != bytes) return report.fail("two snapshots taken one after the other differ");
  const uint64_t moves = saved.moves_done(), seed = saved.seed();
  auto seen = difference(saved.go_on(kMoves), should_be);
  if (!seen.empty()) return report.fail("a world goes another way after it was saved: " + seen);
  loaded.run(kSeed + 5, 7);
  loaded.load(bytes);
  loaded.count_from(moves, seed);
  seen = difference(loaded.go_on(kMoves), should_be);
  if (!seen.empty()) return report.fail("a snapshot loaded into another instance goes another way: " + seen);
  saved.load(bytes);
  saved.count_from(moves, seed);
  seen = difference(saved.go_on(kMoves), should_be);
  if (!seen.empty()) report.fail("a snapshot loaded back into its own instance goes another way: " + seen);
}

void load_wrong_size(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  rig.run(kSeed, 5);
  const auto bytes = rig.save();
  for (const int64_t change : {-1, 1, 1000}) {
    if (bytes.empty() && change < 0) continue;
    auto wrong = bytes;
    wrong.resize(static_cast<size_t>(static_cast<int64_t>(bytes.size()) + change));
    mark_subject(fmt::format("{} bytes instead of {}", wrong.size(), bytes.size()));
    try {
      rig.load(wrong);
      report.fail(fmt::format("accepts a snapshot of {} bytes, although its own have {}", wrong.size(), bytes.size()));
    } catch (const CallFailed& e) {
      if (!e.gave_reason) report.fail("refuses a snapshot of the wrong size without a reason");
    }
  }
}

void advance_fraction(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  WorldRig rig(instance);
  const double dt_ms = rig.spaces().dt_ms;
  for (const double duration_ms : {1.5 * dt_ms, 0.5 * dt_ms, -dt_ms, std::numeric_limits<double>::quiet_NaN()}) {
    rig.reset(kSeed);
    mark_subject(fmt::format("duration_ms = {}", duration_ms));
    try {
      rig.advance(duration_ms);
      const auto seen = rig.observe();
      for (const double x : seen.observation)
        if (!std::isfinite(x))
          return report.fail(fmt::format("advance by {} ms is accepted and makes an observation {}", duration_ms, x));
      if (duration_ms > 0)
        report.note(
            fmt::format("advance by {} ms is accepted, although dt_ms is {}: say in the plugin's page what that does",
                        duration_ms, dt_ms));
      else
        report.fail(fmt::format("advance by {} ms is accepted: refuse it with a reason", duration_ms));
    } catch (const CallFailed& e) {
      if (!e.gave_reason) report.fail(fmt::format("advance by {} ms is refused without a reason", duration_ms));
    }
  }
}

}  // namespace

void add_world_checks(std::vector<Check>& checks) {
  const auto add = [&](const char* id, std::vector<const char*> needs, const char* meaning,
                       void (*run)(const Subject&, Report&)) {
    checks.push_back({id, bodies, std::move(needs), meaning, run});
  };
  add("world-spaces", {"calls-throw-nothing"},
      "observations, actions and rewards are named, described and have possible ranges", spaces);
  add("world-runs", {"world-spaces"}, "reset, and 60 control intervals with random actions succeed", runs);
  add("world-observations", {"world-runs"}, "observations, rewards and poses are finite and within what is declared",
      observations);
  add("world-observes-again", {"world-runs"}, "observing changes nothing but what was earned", observes_again);
  add("world-poses-optional", {"world-runs"}, "poses are left alone where nobody wants to know them", poses_optional);
  add("world-repeatable", {"world-runs"}, "the same seed and actions give the same bits", repeatable);
  add("world-reset-forgets", {"world-repeatable"}, "after a reset nothing is left of what was before", reset_forgets);
  add("world-seeds", {"world-repeatable"}, "the seed of reset matters", seeds);
  add("world-thread-invariant", {"world-repeatable"}, "worlds on different threads do not touch each other",
      two_at_once);
  add("world-save-load", {"world-repeatable"}, "a world that was saved and loaded goes on to the last bit", save_load);
  add("world-load-wrong-size", {"world-runs"}, "a snapshot of the wrong size is refused with a reason",
      load_wrong_size);
  add("world-action-ends", {"world-runs"}, "both ends of every action are accepted", action_ends);
  add("world-action-outside", {"world-runs"}, "actions outside their range are refused with a reason or bring no harm",
      action_outside);
  add("world-end-explained", {"world-runs"}, "an episode that ends says why, and another can follow", end_explained);
  add("world-advance-fraction", {"world-runs"},
      "lengths of time that are no multiple of dt_ms are refused with a reason", advance_fraction);
}

}  // namespace encephagen::conformance
