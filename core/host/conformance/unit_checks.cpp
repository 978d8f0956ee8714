// Checks of units: neurons and masses, encoders, decoders.
#include <fmt/format.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <functional>

#include "host/conformance/allocation_probe.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/test_input.hpp"
#include "host/conformance/unit_rig.hpp"

namespace encephagen::conformance {
namespace {

constexpr uint64_t kSteps = 150;

// Input strong enough that neurons of any unit of measure fire, if the plugin bears it.
UnitSetup driven_setup(Instance& instance) {
  UnitSetup setup = workable_setup(instance);
  UnitSetup wide = setup;
  wide.is_wide = true;
  try {
    UnitRig(instance, wide).run(kSteps);
    return wide;
  } catch (const CallFailed&) {
    return setup;
  }
}

// Runs two setups on two instances; "" if they agree.
std::string compare(const Subject& s, const UnitSetup& is, const UnitSetup& should_be,
                    std::optional<uint32_t> skip = {}) {
  Instance a(s, s.defaults()), b(s, s.defaults());
  return difference(UnitRig(a, is).run(kSteps), UnitRig(b, should_be).run(kSteps), skip);
}

struct BadValue {
  size_t column;
  uint32_t unit;
};
// The first state value for which `is_bad` holds; `units` limits which are looked at.
template <class F, class G>
std::optional<BadValue> find_state(const UnitRig& rig, F is_bad, G units) {
  for (size_t c = 0; c < rig.n_state(); ++c)
    for (uint32_t u = 0; u < rig.n(); ++u)
      if (units(u) && is_bad(c, rig.state(c)[u])) return BadValue{c, u};
  return std::nullopt;
}
bool every_unit(uint32_t) { return true; }
bool is_not_finite(size_t, double x) { return !std::isfinite(x); }

std::string say(const Subject& s, const UnitRig& rig, const BadValue& bad) {
  return fmt::format("state '{}' of unit {} is {}", s.unit().state[bad.column].name, bad.unit,
                     rig.state(bad.column)[bad.unit]);
}

void runs(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const UnitSetup setup = workable_setup(instance);
  UnitRig(instance, setup).run(kSteps);
  if (!s.is_kind("neuron"))
    report.success(fmt::format("with {} units and {} {}", setup.n, setup.n_shared,
                               s.is_kind("decoder") ? "actions" : "observations"));
}

void init_writes_state(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitRig rig(instance, workable_setup(instance));
  rig.init();
  if (const auto bad = find_state(rig, is_not_finite, every_unit))
    report.fail(say(s, rig, *bad) +
                " after init, which must write every state value: the kernel hands it memory full of NaN");
}

void state_finite(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitSetup setup = workable_setup(instance);
  UnitRig rig(instance, setup);
  rig.init();
  for (int k = 1; k <= 1000; ++k) {
    rig.step();
    if (const auto bad = find_state(rig, is_not_finite, every_unit))
      return report.fail(fmt::format("{} after {} steps of noisy input up to {}", say(s, rig, *bad), k,
                                     input_scale(bad->unit, false)));
  }
  setup.is_wide = true;
  try {
    UnitRig strong(instance, setup);
    strong.init();
    for (int k = 1; k <= 200; ++k) {
      strong.step();
      if (const auto bad = find_state(strong, is_not_finite, every_unit))
        return report.warn(fmt::format("{} after {} steps of noisy input up to {}", say(s, strong, *bad), k,
                                       input_scale(bad->unit, true)));
    }
  } catch (const CallFailed& e) {
    report.note(fmt::format("stops at input up to {}: {}", input_scale(3, true), e.reason));
  }
}

void state_bounds(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitRig rig(instance, driven_setup(instance));
  // A bound as the plugin can write it.
  const auto bound = [&](double x) { return s.element() == EG_F32 ? static_cast<double>(static_cast<float>(x)) : x; };
  const auto is_outside = [&](size_t c, double x) {
    return x < bound(s.unit().state[c].low) || x > bound(s.unit().state[c].high);
  };
  rig.init();
  for (uint64_t k = 0; k <= 500; ++k) {
    if (const auto bad = find_state(rig, is_outside, every_unit)) {
      const auto& column = s.unit().state[bad->column];
      return report.fail(fmt::format("{} after {} steps, outside the declared [{}, {}]", say(s, rig, *bad), k,
                                     column.low, column.high));
    }
    rig.step();
  }
}

std::string flag_names(int flags) {
  return (flags & FE_INVALID) != 0 ? "an invalid operation (0/0, sqrt(-1), inf - inf)" : "a division by zero";
}

// Compilers may compute both sides of a branch for a whole vector, so a flag of a block is no proof. One unit alone is.
void floating_point_clean(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const UnitSetup setup = workable_setup(instance);
  UnitRig rig(instance, setup);
  rig.init();
  int seen = rig.floating_point_flags();
  uint64_t first = 0;
  for (uint64_t k = 1; k <= 300 && seen == 0; ++k) {
    rig.step();
    seen = rig.floating_point_flags();
    first = k;
  }
  if (seen == 0) return;
  if (s.is_kind("decoder")) return report.warn(fmt::format("{} in step {}", flag_names(seen), first));
  UnitSetup alone = setup;
  for (uint32_t u = 1; u < setup.n; ++u) alone.cuts.push_back(u);
  Instance again(s, s.defaults());
  UnitRig single(again, alone);
  single.watch_each_block();
  single.init();
  for (uint64_t k = 1; k <= first; ++k) single.step();
  if (single.flagged_block())
    report.fail(fmt::format(
        "{} for unit {} by step {}: a NaN or an infinity may be hidden by a minimum, a maximum or a comparison",
        flag_names(seen), *single.flagged_block(), first));
  else
    report.success(fmt::format("{} in step {} of the whole block but of no unit alone: a branch computed for all lanes",
                               flag_names(seen), first));
}

void in_bounds(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitSetup setup = workable_setup(instance);
  for (const uint32_t n : {setup.n, 1u, 2u, 3u, 7u, 8u, 64u}) {
    setup.n = n;
    UnitRig rig(instance, setup);
    rig.audit();
    try {
      rig.run(40);
    } catch (const CallFailed&) {
      // Encoders and decoders may refuse a number of units.
    }
    if (!rig.trespass().empty()) return report.fail(rig.trespass());
  }
}

void reads_in_bounds(const Subject& s, Report&) {
  Instance instance(s, s.defaults());
  UnitSetup setup = workable_setup(instance);
  const uint32_t usual = setup.n;
  for (const Fence fence : {Fence::page_after, Fence::page_before})
    for (const uint32_t n : {usual, 1u, 5u, 8u}) {
      setup.n = n;
      setup.fence = fence;
      mark_subject(fmt::format("a block of {} units that lies {} memory nobody may touch", n,
                               fence == Fence::page_after ? "before" : "behind"));
      try {
        UnitRig(instance, setup).run(20);
      } catch (const CallFailed&) {
      }
    }
}

void spikes_ordered(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitRig rig(instance, driven_setup(instance));
  rig.run(500);
  if (!rig.spike_fault().empty()) report.fail(rig.spike_fault());
}

void spikes_seen(const Subject& s, Report& report) {
  if (s.unit().can_spike == 0) return report.success("declares no spikes");
  Instance instance(s, s.defaults());
  const UnitSetup setup = driven_setup(instance);
  UnitRig rig(instance, setup);
  rig.run(500);
  if (rig.spike_count() == 0)
    report.note(
        fmt::format("no unit fires with input up to {}: checks of spikes say little", input_scale(3, setup.is_wide)));
}

void repeatable(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const UnitSetup setup = driven_setup(instance);
  const auto seen = compare(s, setup, setup);
  if (!seen.empty()) report.fail("with the same input a second instance gives other results: " + seen);
}

void block_invariant(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const UnitSetup whole = driven_setup(instance);
  const std::vector<std::vector<uint32_t>> ways{{1}, {7, 8, 64, 101, 102}, {100}};
  for (const auto& cuts : ways) {
    UnitSetup parts = whole;
    parts.cuts = cuts;
    const auto seen = compare(s, parts, whole);
    if (!seen.empty())
      return report.fail(
          fmt::format("{} units in {} blocks give other results than in one: {}", whole.n, cuts.size() + 1, seen));
  }
}

void thread_invariant(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitSetup one = driven_setup(instance);
  one.n = one.n == 203 ? 512 : one.n;
  UnitSetup several = one;
  for (uint32_t cut = 32; cut < one.n; cut += 32) several.cuts.push_back(cut);
  for (const unsigned threads : {2u, 4u}) {
    several.threads = threads;
    const auto seen = compare(s, several, one);
    if (!seen.empty()) return report.fail(fmt::format("{} threads give other results than one: {}", threads, seen));
  }
}

void unit_independent(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const UnitSetup plain = driven_setup(instance);
  for (const auto& [what, name] :
       {std::pair{Disturbance::input, "input"}, {Disturbance::noise, "random numbers"}, {Disturbance::state, "state"}})
    for (const uint32_t u : {0u, 11u}) {
      UnitSetup disturbed = plain;
      disturbed.disturbance = what;
      disturbed.disturbed_unit = u;
      const auto seen = compare(s, disturbed, plain, u);
      if (!seen.empty()) return report.fail(fmt::format("the {} of unit {} reaches others: {}", name, u, seen));
    }
}

void time_invariant(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const UnitSetup now = driven_setup(instance);
  UnitSetup later = now;
  later.first_step = 1'000'000;
  const auto seen = compare(s, later, now);
  if (!seen.empty()) report.note("results depend on the time at which a run starts: " + seen);
}

void state_complete(const Subject& s, Report& report) {
  Instance first(s, s.defaults()), second(s, s.defaults());
  const UnitSetup setup = driven_setup(first);
  UnitRig runs_on(first, setup);
  runs_on.run(kSteps);
  // The second one gets the state and nothing else.
  UnitSetup from_here = setup;
  UnitRig resumed(second, from_here);
  resumed.resume_from(runs_on);
  UnitHistory is, should_be;
  runs_on.append_to(should_be), resumed.append_to(is);
  for (uint64_t k = 0; k < kSteps; ++k) {
    runs_on.step(), runs_on.append_to(should_be);
    resumed.step(), resumed.append_to(is);
  }
  const auto seen = difference(is, should_be);
  if (!seen.empty())
    report.fail(
        fmt::format("an instance given the state columns of another goes on differently: {} from there; "
                    "something that matters is kept outside the declared state",
                    seen));
}

void other_dt(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitSetup setup = workable_setup(instance);
  for (const double dt_ms : {0.05, 0.01, 0.025, 0.5, 1.0}) {
    setup.dt_ms = dt_ms;
    const auto say_dt = [&](const std::string& what) { return fmt::format("with dt_ms = {}: {}", dt_ms, what); };
    try {
      UnitRig rig(instance, setup);
      rig.init();
      for (int k = 0; k < 300; ++k) rig.step();
      const auto bad = find_state(rig, is_not_finite, every_unit);
      if (bad && dt_ms < 0.1) report.fail(say_dt(say(s, rig, *bad)));
      if (bad && dt_ms > 0.1)
        report.warn(say_dt(say(s, rig, *bad) + ": refuse steps that are too long, with a reason"));
    } catch (const CallFailed& e) {
      if (e.gave_reason)
        report.note(say_dt(e.reason));
      else
        report.fail(say_dt(e.what()));
    }
  }
}

// A fifth of a millisecond from states that noisy input led to, with steady input: halving the step three times must
// bring the answer closer to its limit. A formula that forgets dt goes twice as far each time. Order 1 leaves a quarter
// of the first difference in the third.
void dt_convergence(const Subject& s, Report& report) {
  constexpr double duration_ms = 0.2, remaining = 0.7, negligible = 1e-6;
  Instance instance(s, s.defaults());
  UnitRig begin(instance, workable_setup(instance));
  begin.run(kSteps);
  UnitSetup setup = workable_setup(instance);
  setup.is_calm = true;
  std::vector<std::vector<std::vector<double>>> after;  // [step length][column][unit]
  std::vector<bool> fired(setup.n, false);
  try {
    for (const int n_steps : {2, 4, 8, 16}) {
      setup.dt_ms = duration_ms / n_steps;
      mark_subject(fmt::format("dt_ms = {}", setup.dt_ms));
      UnitRig rig(instance, setup);
      rig.init();
      rig.take_kept_state(begin);
      for (int k = 0; k < n_steps; ++k) {
        rig.step();
        for (uint32_t u = 0; u < rig.n(); ++u) fired[u] = fired[u] || rig.spikes()[u];
      }
      auto& columns = after.emplace_back();
      for (size_t c = 0; c < rig.n_state(); ++c) columns.emplace_back(rig.state(c), rig.state(c) + rig.n());
    }
  } catch (const CallFailed& e) {
    if (!e.gave_reason) throw;
    return report.skip(fmt::format("refuses a step it is tried with: {}", e.reason));
  }
  for (size_t c = 0; c < begin.n_state(); ++c) {
    if (s.unit().state[c].accepts != EG_STATE_KEPT) continue;
    for (uint32_t u = 0; u < setup.n; ++u) {
      if (fired[u]) continue;
      const auto difference = [&](size_t k) { return std::abs(after[k][c][u] - after[k + 1][c][u]); };
      const double scale = std::abs(after[3][c][u]) + std::abs(begin.state(c)[u]);
      if (difference(2) > remaining * difference(0) && difference(2) > negligible * scale)
        return report.warn(fmt::format(
            "state '{}' of unit {} after {} ms depends on the length of the step and settles on nothing: {} "
            "with dt_ms = 0.1, {} with 0.05, {} with 0.025, {} with 0.0125",
            s.unit().state[c].name, u, duration_ms, after[0][c][u], after[1][c][u], after[2][c][u], after[3][c][u]));
    }
  }
}

void allocates_nothing(const Subject& s, Report& report) {
  const AllocationProbe probe(s.plugin().table);
  if (!probe.is_working()) return report.skip("the library's imports cannot be watched on this machine");
  Instance instance(s, s.defaults());
  UnitRig rig(instance, driven_setup(instance));
  rig.run(20);
  const uint64_t before = AllocationProbe::count();
  constexpr int steps = 50;
  for (int k = 0; k < steps; ++k) rig.step();
  if (const uint64_t n = AllocationProbe::count() - before)
    report.warn(fmt::format("asks for memory {} times in {} steps: a declared state column costs nothing", n, steps));
}

void any_size(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitSetup setup = workable_setup(instance);
  const char* const what = s.is_kind("decoder") ? "actions" : "observations";
  std::vector<std::string> refused;
  for (const uint32_t n : {0u, 1u, 2u, 3u, 5u, 9u, 64u}) {
    setup.n_shared = n;
    setup.fence = Fence::page_after;
    mark_subject(fmt::format("{} {}", n, what));
    UnitRig rig(instance, setup);
    rig.audit();
    try {
      rig.run(3);
    } catch (const CallFailed& e) {
      if (!e.gave_reason) report.fail(fmt::format("refuses {} {} without a reason", n, what));
    }
    if (!rig.trespass().empty()) report.fail(fmt::format("{}, with {} {}", rig.trespass(), n, what));
  }
}

void writes_actions(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  UnitRig rig(instance, workable_setup(instance));
  rig.init();
  for (int k = 1; k <= 100; ++k) {
    rig.step();
    const auto action = rig.actions();
    for (size_t a = 0; a < action.size(); ++a)
      if (!std::isfinite(action[a]))
        return report.fail(fmt::format("action {} of {} is {} after step {}: every step must write all of them", a,
                                       action.size(), action[a], k));
  }
}

// What a step adds to a column is the same whatever it finds there.
void adds_to_sums(const Subject& s, Report& report) {
  std::vector<uint32_t> sums;
  for (uint32_t c = 0; c < s.unit().n_state; ++c)
    if (s.unit().state[c].accepts == EG_STATE_ADDED_TO) sums.push_back(c);
  if (sums.empty()) return report.success("declares no state that steps add to");
  for (const double found : {0.75, -3.0}) {
    Instance first(s, s.defaults()), second(s, s.defaults());
    const UnitSetup nothing = driven_setup(first);
    UnitSetup something = nothing;
    something.found = found;
    UnitRig from_nothing(first, nothing), from_something(second, something);
    from_nothing.init(), from_something.init();
    for (uint64_t k = 0; k < kSteps; ++k) {
      from_nothing.step(), from_something.step();
      for (const uint32_t c : sums)
        for (uint32_t u = 0; u < nothing.n; ++u) {
          const double added = from_nothing.state(c)[u], is = from_something.state(c)[u];
          const double sum = nothing.element == EG_F32
                                 ? static_cast<double>(static_cast<float>(found) + static_cast<float>(added))
                                 : found + added;
          if (is != sum)
            return report.fail(
                fmt::format("a step that finds 0 in state '{}' of unit {} leaves {}, and one that finds {} leaves {} "
                            "instead of their sum, {}, in step {}: it must add to what it finds and not read it "
                            "otherwise",
                            s.unit().state[c].name, u, added, found, is, sum, k));
        }
    }
  }
}

}  // namespace

void add_unit_checks(std::vector<Check>& checks) {
  const auto add = [&](const char* id, unsigned kinds, std::vector<const char*> needs, const char* meaning,
                       void (*run)(const Subject&, Report&)) {
    checks.push_back({id, kinds, std::move(needs), meaning, run});
  };
  constexpr unsigned in_blocks = neurons | encoders;  // a decoder is given all its units at once
  add("step-runs", units, {"calls-throw-nothing"}, "init and 150 steps with noisy input succeed",
      in_every_precision<runs>);
  add("init-writes-state", units, {"step-runs"}, "init makes every state value finite",
      in_every_precision<init_writes_state>);
  add("step-state-finite", units, {"init-writes-state"}, "every state value stays finite for 1000 steps",
      in_every_precision<state_finite>);
  add("step-state-bounds", units, {"step-state-finite"}, "states keep the bounds they declare",
      in_every_precision<state_bounds>);
  add("step-floating-point-clean", units, {"step-state-finite"},
      "no unit raises an invalid operation or a division by zero", in_every_precision<floating_point_clean>);
  add("step-in-bounds", units, {"init-writes-state"}, "only what a call may write is written, in blocks of any size",
      in_every_precision<in_bounds>);
  add("step-reads-in-bounds", units, {"step-in-bounds"}, "nothing outside the block is read",
      in_every_precision<reads_in_bounds>);
  add("spikes-ordered", units, {"step-in-bounds"},
      "spikes are increasing numbers of units of the block, each at most once", in_every_precision<spikes_ordered>);
  add("spikes-seen", neurons, {"spikes-ordered"}, "some unit fires with strong input", spikes_seen);
  add("step-repeatable", units, {"init-writes-state"}, "the same input gives the same bits",
      in_every_precision<repeatable>);
  add("step-block-invariant", in_blocks, {"step-repeatable", "step-in-bounds"},
      "results do not depend on how units are cut into blocks", in_every_precision<block_invariant>);
  add("step-unit-independent", in_blocks, {"step-repeatable", "step-in-bounds"},
      "a unit's input, noise and state matter to that unit alone", in_every_precision<unit_independent>);
  add("step-thread-invariant", in_blocks, {"step-block-invariant"}, "results do not depend on the number of threads",
      in_every_precision<thread_invariant>);
  add("step-time-invariant", units, {"step-repeatable"}, "results do not depend on when a run starts", time_invariant);
  add("state-complete", units, {"step-repeatable"},
      "the declared state is all there is: copied, a run goes on the same", in_every_precision<state_complete>);
  add("step-other-dt", units, {"step-state-finite"}, "states stay finite with other step lengths",
      in_every_precision<other_dt>);
  add("step-dt-convergence", neurons, {"step-other-dt", "step-unit-independent"},
      "shorter steps lead closer to one answer", dt_convergence);
  add("step-allocates-nothing", units, {"step-runs"}, "a step asks for no memory", allocates_nothing);
  add("step-any-size", encoders | decoders | controllers, {"step-in-bounds"},
      "any number of observations or actions works or is refused with a reason", any_size);
  add("step-adds-to-sums", encoders, {"step-repeatable"}, "a step adds to the states it declares so",
      in_every_precision<adds_to_sums>);
  add("step-writes-actions", decoders | controllers, {"step-runs"}, "a step writes every action", writes_actions);
}

}  // namespace encephagen::conformance
