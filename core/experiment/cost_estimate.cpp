// What an experiment will cost, before it runs.
#include "experiment/cost_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "engine/run.hpp"
#include "experiment/text_table.hpp"

namespace encephagen {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t most_tried = 5;
constexpr double try_s = 0.25;

// Seconds that one run takes on one thread.
double try_run(const Scenario& scenario, const PathResolver& paths) {
  const auto start = Clock::now();
  Clock::time_point first{};
  double share = 0, first_share = 0, last_s = 0;
  const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  const auto outcome = run_scenario(scenario, paths, {}, [&](double now) {
    if (first == Clock::time_point{}) first = Clock::now(), first_share = now;
    share = now;
    last_s = seconds(Clock::now() - first);
    return last_s < try_s;
  });
  const double whole = seconds(Clock::now() - start);
  if (!outcome.stopped || share <= first_share) return whole;  // it was over before its time
  return seconds(first - start) + last_s / (share - first_share);
}

double bytes_of(const PlannedRun& run, size_t n_regions) {
  const Scenario& s = run.scenario;
  const auto n = static_cast<double>(n_regions);
  double bytes =
      8e3 + (run.keep_regions ? 100 * n * static_cast<double>(s.analyzers.size()) : 0);  // run.json and metrics.csv
  if (!run.keep_everything) return bytes;
  bytes += 3e4 + 16 * n * n;  // weights and lengths
  for (const auto& r : s.records) {
    if (!r.store || r.spikes) continue;
    const double samples = (s.duration_ms - s.transient_ms) / r.every_ms;
    bytes += 8 * samples * (r.rates ? n : n * static_cast<double>(s.populations[r.population].n));
  }
  return bytes;
}

std::string duration_text(double s) {
  if (s < 90) return fmt::format("{:.2g} s", s);
  if (s < 5400) return fmt::format("{:.2g} minutes", s / 60);
  return fmt::format("{:.2g} hours", s / 3600);
}

std::string bytes_text(double bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  size_t k = 0;
  while (bytes >= 1000 && k < 4) bytes /= 1000, ++k;
  return fmt::format("{:.3g} {}", bytes, units[k]);
}

}  // namespace

double CostEstimate::processor_s() const {
  double sum = 0;
  for (const auto& a : arms) sum += a.processor_s * static_cast<double>(a.n_runs);
  return sum;
}

double CostEstimate::bytes() const {
  double sum = 0;
  for (const auto& a : arms) sum += a.bytes * static_cast<double>(a.n_runs);
  return sum;
}

CostEstimate estimate_costs(const Experiment& experiment, const PathResolver& paths) {
  CostEstimate out;
  std::vector<const PlannedRun*> first;
  std::map<const PlannedRun*, std::string> base;
  for (const auto& arm : experiment.arms) {
    const auto run = std::ranges::find(experiment.runs, arm.name, &PlannedRun::arm);
    if (run == experiment.runs.end()) continue;
    first.push_back(&*run);
    base[&*run] = run->scenario.file.string();
    out.arms.push_back({arm.name, arm.n_runs, run->scenario.duration_ms * 1e-3, 0, 0, false});
  }
  std::vector<size_t> order(out.arms.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto total = [&](size_t i) { return out.arms[i].simulated_s * static_cast<double>(out.arms[i].n_runs); };
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return total(a) > total(b); });
  BrainCache brains(size_t{64} << 20);
  for (size_t k = 0; k < order.size(); ++k) {
    const size_t i = order[k];
    out.arms[i].bytes = bytes_of(*first[i], brains.get(first[i]->scenario, paths)->n_regions());
    if (k >= most_tried) continue;
    out.arms[i].processor_s = try_run(first[i]->scenario, paths);
    out.arms[i].is_measured = true;
  }
  for (const size_t i : order) {
    if (out.arms[i].is_measured) continue;
    const auto like = std::ranges::find_if(
        order, [&](size_t j) { return out.arms[j].is_measured && base[first[j]] == base[first[i]]; });
    const ArmCost& model = out.arms[like == order.end() ? order[0] : *like];
    out.arms[i].processor_s = model.processor_s * out.arms[i].simulated_s / model.simulated_s;
  }
  // The runs of a search are those of its arm, and leave nothing on disk.
  for (const auto& search : experiment.optimizations) {
    const auto arm = std::ranges::find(out.arms, search.arm, &ArmCost::arm);
    ArmCost cost = *arm;
    cost.arm += ", optimization";
    cost.n_runs = search.n_runs();
    cost.bytes = 0;
    const auto same = std::ranges::find(out.arms, cost.arm, &ArmCost::arm);  // at another sweep point
    if (same != out.arms.end())
      same->n_runs += cost.n_runs;
    else
      out.arms.insert(arm, cost);
  }
  return out;
}

std::string costs_text(const CostEstimate& costs, unsigned threads) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& a : costs.arms)
    rows.push_back({{a.arm},
                    {fmt::format("{}", a.n_runs)},
                    {fmt::format("{:.4g}", a.simulated_s)},
                    {fmt::format("{:.2g}{}", a.processor_s, a.is_measured ? "" : " *")},
                    {bytes_text(a.bytes)}});
  std::string out =
      text_table({"arm", "runs", "simulated s", "processor s", "disk"}, rows, {false, true, true, true, true}, false);
  if (std::ranges::any_of(costs.arms, [](const auto& a) { return !a.is_measured; }))
    out += "* not tried, but taken from an arm that was\n";
  return out + fmt::format("about {} on {} thread{}, {} on disk without stored spikes\n",
                           duration_text(costs.processor_s() / threads), threads, threads == 1 ? "" : "s",
                           bytes_text(costs.bytes()));
}

}  // namespace encephagen
