// Checks of plasticity rules.
#include <fmt/format.h>

#include <cmath>

#include "host/conformance/check.hpp"
#include "host/conformance/edge_rig.hpp"
#include "host/conformance/together.hpp"

namespace encephagen::conformance {
namespace {

constexpr int kSteps = 200;

// Runs at least so many steps, and long enough for three periodic calls if these are not too far apart. Returns how
// many.
int run(EdgeRig& rig, int steps) {
  const double three_periods = 3 * rig.update_every_ms();
  if (three_periods > steps && three_periods <= 3000) steps = static_cast<int>(three_periods);
  rig.init();
  for (int k = 0; k < steps; ++k) rig.step();
  return steps;
}

void runs(const Subject& s, Report&) {
  Instance instance(s, s.defaults());
  EdgeRig rig(instance, {});
  run(rig, kSteps);
}

void update_period(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  const double every_ms = EdgeRig(instance, {}).update_every_ms();
  if (!(every_ms >= 0) || !std::isfinite(every_ms))
    report.fail(fmt::format("update_every_ms is {}; it must be 0 (never) or a length of time", every_ms));
}

void finite(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  EdgeRig rig(instance, {});
  rig.init();
  for (int step = 0; step <= 1000; ++step) {
    for (const auto& c : rig.columns())
      for (size_t k = 0; k < c.values->size(); ++k)
        if (const double x = (*c.values)[k]; !std::isfinite(x) || x < c.low || x > c.high)
          return report.fail(
              fmt::format("{}[{}] is {} after {} steps{}", c.name, k, x, step,
                          std::isfinite(x) ? fmt::format(", outside the declared [{}, {}]", c.low, c.high) : ""));
    rig.step();
  }
}

void weight_bounds(const Subject& s, Report& report) {
  const auto [low, high] = declared_weight_bounds(s.defaults());
  if (!std::isfinite(low) && !std::isfinite(high)) return report.success("has neither w_min nor w_max");
  Instance instance(s, s.defaults());
  EdgeRig rig(instance, {});
  rig.init();
  const auto& weights = *rig.columns().front().values;
  // Bounds that leave no room are not those of weights around 1, where the rig begins.
  for (const double w : weights.values())
    if (w < low || w > high) return report.skip("the bounds by its defaults leave no room for weights to begin in");
  for (int step = 1; step <= 1000; ++step) {
    rig.step();
    for (size_t k = 0; k < weights.size(); ++k)
      if (weights[k] < low || weights[k] > high)
        return report.fail(
            fmt::format("the weight of synapse {} is {} after {} steps, outside [{}, {}] of its own "
                        "parameters",
                        k, weights[k], step, low, high));
  }
}

void in_bounds(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  for (const bool lists_edges : {false, true}) {
    EdgeRig rig(instance, {.lists_edges = lists_edges});
    rig.audit();
    run(rig, 60);
    if (!rig.trespass().empty()) return report.fail(rig.trespass());
  }
}

void transmit_in_bounds(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  for (const bool lists_edges : {false, true}) {
    EdgeRig rig(instance, {.lists_edges = lists_edges});
    rig.audit();
    run(rig, 60);
    if (!rig.transmit_trespass().empty()) return report.fail(rig.transmit_trespass());
  }
}

void reads_in_bounds(const Subject& s, Report&) {
  Instance instance(s, s.defaults());
  for (const Fence fence : {Fence::page_after, Fence::page_before}) {
    EdgeRig rig(instance, {.fence = fence});
    run(rig, 60);
  }
}

void repeatable(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults());
  EdgeRig first(a, {}), second(b, {});
  const int steps = run(first, kSteps);
  run(second, kSteps);
  const auto seen = second.difference(first.snapshot());
  if (!seen.empty())
    report.fail(
        fmt::format("with the same events a second instance gives other results: {} after {} steps", seen, steps));
}

void silence(const Subject& s, Report& report) {
  Instance instance(s, s.defaults());
  EdgeRig rig(instance, {});
  run(rig, 50);
  const auto weights = [&] {
    std::vector<double> out;
    for (const auto& c : rig.columns())
      if (c.name == "the weights" || c.name.starts_with("edge state"))
        out.insert(out.end(), c.values->values().begin(), c.values->values().end());
    return out;
  };
  const auto before = weights();
  rig.audit();
  rig.call_with_empty_blocks();
  if (weights() != before) return report.fail("calls for no synapse at all changed weights or edge states");
  for (const auto& trespass : {rig.trespass(), rig.transmit_trespass()})
    if (!trespass.empty()) return report.fail("called for no synapse at all, " + trespass);
}

void index_form(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults());
  EdgeRig as_run(a, {}), as_list(b, {.lists_edges = true});
  const int steps = run(as_run, kSteps);
  run(as_list, kSteps);
  const auto seen = as_list.difference(as_run.snapshot());
  if (!seen.empty())
    report.fail(fmt::format(
        "synapses listed in edge[] give other results than the same ones from first_edge on: {} after {} steps", seen,
        steps));
}

void part_invariant(const Subject& s, Report& report) {
  Instance a(s, s.defaults());
  EdgeRig whole(a, {});
  const int steps = run(whole, kSteps);
  for (const uint32_t n_parts : {2u, 3u}) {
    Instance b(s, s.defaults());
    EdgeRig in_parts(b, {.n_parts = n_parts});
    run(in_parts, kSteps);
    const auto seen = in_parts.difference(whole.snapshot(), false);
    if (!seen.empty())
      return report.fail(
          fmt::format("told of its targets in {} groups, each with traces of its own for every presynaptic unit, it "
                      "gives other results than told of all at once: {} after {} steps: something is reckoned over the "
                      "synapses of a unit, or presynaptic traces change at other times than those of arrivals",
                      n_parts, seen, steps));
  }
}

void sweep_block_invariant(const Subject& s, Report& report) {
  Instance a(s, s.defaults());
  EdgeRig at_once(a, {});
  const int steps = run(at_once, kSteps);
  for (const uint32_t sweep_n : {1u, 7u, 64u}) {
    Instance b(s, s.defaults());
    EdgeRig cut(b, {.sweep_n = sweep_n});
    run(cut, kSteps);
    const auto seen = cut.difference(at_once.snapshot());
    if (!seen.empty())
      return report.fail(
          fmt::format("sweeps over {} synapses at a time give other results than over all at once: {} after {} steps",
                      sweep_n, seen, steps));
  }
}

void state_complete(const Subject& s, Report& report) {
  Instance a(s, s.defaults()), b(s, s.defaults());
  EdgeRig runs_on(a, {}), resumed(b, {});
  run(runs_on, kSteps);
  resumed.resume_from(runs_on);
  for (int k = 1; k <= kSteps; ++k) {
    runs_on.step(), resumed.step();
    const auto seen = resumed.difference(runs_on.snapshot());
    if (!seen.empty())
      return report.fail(
          fmt::format("an instance given the columns of another goes on differently: {} after {} steps more: something "
                      "that matters is kept outside them",
                      seen, k));
  }
}

void thread_invariant(const Subject& s, Report& report) {
  Instance alone(s, s.defaults());
  EdgeRig should_be(alone, {});
  run(should_be, kSteps);
  // One instance that serves two projections at once: calls may come from any number of threads.
  Instance shared(s, s.defaults());
  std::string seen[2];
  run_together(2, [&](unsigned t) {
    for (int k = 0; k < 5 && seen[t].empty(); ++k) {
      EdgeRig rig(shared, {});
      run(rig, kSteps);
      seen[t] = rig.difference(should_be.snapshot());
    }
  });
  for (const auto& text : seen)
    if (!text.empty()) return report.fail("an instance called by two threads gives other results than by one: " + text);
}

}  // namespace

void add_edge_checks(std::vector<Check>& checks) {
  const auto add = [&](const char* id, std::vector<const char*> needs, const char* meaning,
                       void (*run)(const Subject&, Report&)) {
    checks.push_back({id, plasticities, std::move(needs), meaning, run});
  };
  add("edge-update-period", {"calls-throw-nothing"}, "the period of updates is 0 or a length of time", update_period);
  add("edge-runs", {"edge-update-period"}, "200 steps with spikes on both sides succeed", runs);
  add("edge-state-finite", {"edge-runs"}, "weights, edge states and traces stay finite and within declared bounds",
      finite);
  add("edge-weight-bounds", {"edge-state-finite"}, "weights stay between the parameters w_min and w_max",
      weight_bounds);
  add("edge-in-bounds", {"edge-runs"}, "a call writes its own synapses and traces and nothing else", in_bounds);
  add("edge-transmit-in-bounds", {"edge-runs"},
      "transmit writes what its synapses deliver, its branch's traces and nothing else", transmit_in_bounds);
  add("edge-reads-in-bounds", {"edge-in-bounds", "edge-transmit-in-bounds"}, "nothing outside the arrays is read",
      reads_in_bounds);
  add("edge-repeatable", {"edge-runs"}, "the same events give the same bits", repeatable);
  add("edge-silence", {"edge-in-bounds", "edge-transmit-in-bounds"}, "a call for no synapse changes no weight",
      silence);
  add("edge-index-form", {"edge-repeatable"}, "a list of synapses means the same as a run of them", index_form);
  add("edge-part-invariant", {"edge-repeatable"}, "groups of targets can be told of apart from each other",
      part_invariant);
  add("edge-sweep-block-invariant", {"edge-repeatable"}, "a sweep can be cut anywhere", sweep_block_invariant);
  add("edge-thread-invariant", {"edge-repeatable"}, "an instance can serve two threads at once", thread_invariant);
  add("edge-state-complete", {"edge-repeatable"}, "the columns are all there is: copied, learning goes on the same",
      state_complete);
}

}  // namespace encephagen::conformance
