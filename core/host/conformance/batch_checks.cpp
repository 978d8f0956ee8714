// Checks of connectomes, null models and analyzers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "host/conformance/batch_rig.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/together.hpp"
#include "host/text.hpp"

namespace encephagen::conformance {
namespace {

// Calls f for every input that the plugin takes. A null model may refuse some graphs, with words.
template <class F>
void for_each_accepted(const Subject& s, F&& f) {
  for (const auto& input : usual_inputs(s)) {
    try {
      f(input);
    } catch (const CallFailed& e) {
      if (!s.is_kind("null_model") || !e.gave_reason) throw;
    }
  }
}

void runs(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  std::vector<std::string> refusals;
  const auto inputs = usual_inputs(s);
  for (const auto& input : inputs) {
    mark_subject(input.name);
    try {
      run_once(instance, 1, input);
    } catch (const CallFailed& e) {
      refusals.push_back(fmt::format("{}: {}", input.name, e.what()));
      if (!e.gave_reason) report.fail(refusals.back());
    }
  }
  if (refusals.size() == inputs.size())
    report.fail("no input works: " + join(refusals, "; "));
  else if (!refusals.empty())
    report.note("refused " + join(refusals, "; "));
}

void well_formed(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  for_each_accepted(s, [&](const Sample& input) {
    const auto seen = run_once(instance, 1, input);
    if (!seen.fault.empty()) report.fail(seen.fault);
    if (seen.result.arrays.empty() && seen.result.metrics.empty()) report.fail("gives neither an array nor a metric");
  });
}

void reads_in_bounds(const Subject& s, Report&) {
  const Instance instance(s, s.defaults());
  for (const Fence fence : {Fence::page_after, Fence::page_before})
    for_each_accepted(s, [&](const Sample& input) {
      mark_subject(fmt::format("arrays that lie {} memory nobody may touch ({})",
                               fence == Fence::page_after ? "before" : "behind", input.name));
      run_once(instance, 1, input, SIZE_MAX, fence);
    });
}

void repeatable(const Subject& s, Report& report) {
  const Instance first(s, s.defaults()), second(s, s.defaults());
  for_each_accepted(s, [&](const Sample& input) {
    const auto should_be = run_once(first, 1, input).result;
    for (const auto* instance : {&first, &second}) {
      const auto seen = difference(run_once(*instance, 1, input).result, should_be);
      if (!seen.empty())
        report.fail(fmt::format("the same input and seed give other results {}: {}",
                                instance == &first ? "the second time" : "from another instance", seen));
    }
  });
}

void thread_invariant(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  for_each_accepted(s, [&](const Sample& input) {
    const auto should_be = run_once(instance, 1, input).result;
    std::string seen[2];
    run_together(2, [&](unsigned t) {
      try {
        for (int k = 0; k < 3 && seen[t].empty(); ++k)
          seen[t] = difference(run_once(instance, 1, input).result, should_be);
      } catch (const CallFailed& e) {
        seen[t] = e.what();
      }
    });
    for (const auto& text : seen)
      if (!text.empty()) report.fail("two runs at once give other results than one: " + text);
  });
}

void passes_refusal_on(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  for_each_accepted(s, [&](const Sample& input) {
    const auto all = run_once(instance, 1, input).result;
    const size_t n = all.arrays.size() + all.metrics.size() + all.messages.size();
    for (const size_t from : std::set<size_t>{0, 1, n - 1}) {
      if (from >= n) continue;
      try {
        run_once(instance, 1, input, from);
        return report.fail(
            fmt::format("succeeds although result {} of {} was refused (disk full): pass the status on", from + 1, n));
      } catch (const CallFailed& e) {
        if (!e.gave_reason) return report.fail("fails without a reason when a result is refused: pass the text on");
      }
    }
  });
}

// The first fault of a connectome; "" if it has none.
std::string connectome_fault(const BatchResult& r) {
  const auto* labels = r.array("region_label");
  if (!labels || labels->element != EG_TEXT_ELEMENT) return "there is no text array 'region_label'";
  const size_t n = labels->texts.size();
  if (n == 0) return "there is no region";
  std::set<std::string> unique(labels->texts.begin(), labels->texts.end());
  if (unique.size() != n) return fmt::format("{} regions have {} different labels", n, unique.size());
  if (unique.contains("")) return "a region has an empty label";
  const auto* weights = r.array("weights");
  if (!weights || weights->element != EG_F64) return "there is no array 'weights' of numbers";
  const auto square = std::vector<uint64_t>{n, n};
  const auto has_shape = [&](const ArrayData* a, const std::vector<uint64_t>& shape) {
    return !a || a->shape == shape;
  };
  if (!has_shape(weights, square)) return fmt::format("weights are not {} by {}, as the labels are", n, n);
  if (!has_shape(r.array("lengths_mm"), square)) return fmt::format("lengths_mm are not {} by {}", n, n);
  if (!has_shape(r.array("centres_mm"), {n, 3})) return fmt::format("centres_mm are not {} by 3", n);
  for (const char* name : {"weights", "lengths_mm", "centres_mm"})
    if (const auto* a = r.array(name))
      for (const double x : a->numbers)
        if (!std::isfinite(x)) return fmt::format("{} hold {}", name, x);
  if (const auto* lengths = r.array("lengths_mm"))
    for (const double x : lengths->numbers)
      if (x < 0) return fmt::format("a length is {} mm", x);
  for (const auto& a : r.arrays)
    if (a.name.starts_with("attribute.") && !has_shape(&a, {n}))
      return fmt::format("'{}' does not have one value per region", a.name);
  if (const auto* history = r.array("history"); history && history->texts.size() % 2 != 0)
    return "history is no list of pairs";
  return "";
}

void connectome_valid(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  if (const auto fault = connectome_fault(run_once(instance, 1, usual_inputs(s)[0]).result); !fault.empty())
    report.fail(fault);
}

// The planner of experiments takes connectomes without a graph_seed for one graph, whatever the seed.
void connectome_seeds(const Subject& s, Report& report) {
  size_t at = 0;
  while (at < s.defaults().size() && std::string_view(s.defaults().param(at).name) != "graph_seed") ++at;
  const auto input = usual_inputs(s)[0];
  // The graph alone: a history may name the seed.
  const auto build = [&](const ParamTable& table, uint64_t seed) {
    BatchResult graph = run_once(Instance(s, table), seed, input).result;
    std::erase_if(graph.arrays, [](const ArrayData& a) { return a.name == "history"; });
    graph.metrics.clear();
    return graph;
  };
  const auto first = build(s.defaults(), 1);
  const bool is_random = !difference(build(s.defaults(), 2), first).empty();
  if (at == s.defaults().size()) {
    if (is_random)
      report.fail(
          "two seeds give two connectomes, and there is no parameter graph_seed: by it the planner of experiments "
          "knows "
          "that replicates stand on other graphs");
    return;
  }
  if (!is_random)
    return report.fail("has a parameter graph_seed, but two seeds give the same connectome: mix the two (eg::mix_key)");
  ParamTable other = s.defaults();
  const bool is_at_the_end = static_cast<double>(other[at].integer) >= other.param(at).high;
  other[at].integer += is_at_the_end ? -1 : 1;
  if (difference(build(other, 1), first).empty())
    report.fail("another graph_seed gives the same connectome: mix it with the seed (eg::mix_key)");
}

const ArrayData& array_of(const Sample& sample, std::string_view name) {
  return *std::ranges::find(sample.arrays, name, &ArrayData::name);
}

void null_model_valid(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  for_each_accepted(s, [&](const Sample& input) {
    const auto result = run_once(instance, 1, input).result;
    const auto fault = connectome_fault(result);
    if (!fault.empty()) return report.fail(fmt::format("{} graph: {}", input.name, fault));
    if (result.array("region_label")->texts != array_of(input, "region_label").texts)
      report.fail(fmt::format("{} graph: the regions are not those of the graph it was given", input.name));
    for (const char* name : {"lengths_mm", "centres_mm"})
      if (!result.array(name)) report.note(fmt::format("{} graph: '{}' is gone", input.name, name));
  });
}

void null_model_seeds(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  size_t same = 0, tried = 0;
  for_each_accepted(s, [&](const Sample& input) {
    const auto first = run_once(instance, 1, input).result, second = run_once(instance, 2, input).result;
    ++tried;
    const auto *a = first.array("weights"), *b = second.array("weights");
    same += a && b && a->numbers == b->numbers;
  });
  if (tried > 0 && same == tried)
    report.fail("two seeds give the same surrogate of every graph: an ensemble of them would be one graph many times");
  else if (same > 0)
    report.note(fmt::format("two seeds give the same surrogate of {} of {} graphs", same, tried));
}

void analyzer_metrics(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  const Sample input = sample_recording();
  const auto& labels = array_of(input, "region_label").texts;
  const auto& groups = array_of(input, "region_group").texts;
  for (const auto& m : run_once(instance, 1, input).result.metrics) {
    const bool is_region = m.group.starts_with("region:");
    const bool is_known = m.group.empty() || (is_region ? std::ranges::find(labels, m.group.substr(7)) != labels.end()
                                                        : std::ranges::find(groups, m.group) != groups.end());
    if (is_region && !is_known)
      report.fail(fmt::format("metric '{}' is about '{}', and there is no such region", m.name, m.group));
    if (!is_region && !is_known)
      report.note(fmt::format("metric '{}' is about '{}', which is no group of the recording", m.name, m.group));
    if (std::isinf(m.value))
      report.fail(fmt::format("metric '{}' of '{}' is {}; what cannot be determined is NaN", m.name, m.group, m.value));
  }
}

void analyzer_odd_recordings(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  for (const auto& input : odd_recordings()) {
    mark_subject("a recording " + input.name);
    try {
      const auto seen = run_once(instance, 1, input);
      if (!seen.fault.empty()) report.fail(fmt::format("a recording {}: {}", input.name, seen.fault));
      for (const auto& m : seen.result.metrics)
        if (std::isinf(m.value))
          report.fail(fmt::format("a recording {}: metric '{}' of '{}' is {}; what cannot be determined is NaN",
                                  input.name, m.name, m.group, m.value));
    } catch (const CallFailed& e) {
      if (!e.gave_reason) report.fail(fmt::format("a recording {} is refused without a reason", input.name));
    }
  }
}

}  // namespace

void add_batch_checks(std::vector<Check>& checks) {
  const auto add = [&](const char* id, unsigned kinds, std::vector<const char*> needs, const char* meaning,
                       void (*run)(const Subject&, Report&)) {
    checks.push_back({id, kinds, std::move(needs), meaning, run});
  };
  add("batch-runs", batches, {"calls-throw-nothing"}, "a run on built-in input succeeds", runs);
  add("batch-well-formed", batches, {"batch-runs"},
      "results have names, shapes and data, none is given twice, and the input is left alone", well_formed);
  add("batch-reads-in-bounds", batches, {"batch-well-formed"}, "nothing outside the arrays of the input is read",
      reads_in_bounds);
  add("batch-repeatable", batches, {"batch-runs"}, "the same input and seed give the same bits", repeatable);
  add("batch-thread-invariant", batches, {"batch-repeatable"}, "two runs at once do not touch each other",
      thread_invariant);
  add("batch-passes-refusal-on", batches, {"batch-runs"}, "when a result cannot be stored the run fails and says so",
      passes_refusal_on);
  add("connectome-valid", connectomes, {"batch-well-formed"}, "labels, weights, lengths and centres belong together",
      connectome_valid);
  add("connectome-seeds", connectomes, {"connectome-valid", "batch-repeatable"},
      "what depends on the seed says so by a parameter graph_seed", connectome_seeds);
  add("null-model-valid", null_models, {"batch-well-formed"}, "a surrogate is a connectome of the same regions",
      null_model_valid);
  add("null-model-seeds", null_models, {"batch-repeatable"}, "different seeds give different surrogates",
      null_model_seeds);
  add("analyzer-metrics", analyzers, {"batch-well-formed"},
      "metrics are finite or NaN and about regions and groups that exist", analyzer_metrics);
  add("analyzer-odd-recordings", analyzers, {"batch-runs"}, "recordings that lack something give a reason or NaN",
      analyzer_odd_recordings);
}

}  // namespace encephagen::conformance
