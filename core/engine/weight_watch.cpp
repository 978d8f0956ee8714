// What becomes of weights in the course of a run.
#include "engine/weight_watch.hpp"

#include <algorithm>
#include <cmath>

#include "engine/result_store.hpp"
#include "engine/weights_file.hpp"

namespace encephagen {
namespace {

double mean_of(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return v.empty() ? 0 : sum / static_cast<double>(v.size());
}

bool learns(const ProjectionSpec& p) { return !p.plasticity.empty(); }

}  // namespace

WeightWatch::WeightWatch(const Scenario& scenario, const Simulation& simulation)
    : scenario_(scenario), simulation_(simulation) {
  simulation.for_each_projection(true, [&](const ProjectionSpec& p, const Synapses& s) {
    if (learns(p)) before_[p.name] = s.weight;
  });
}

void WeightWatch::phase_done(size_t phase, RunSoFar& to) {
  if (before_.empty()) return;
  const PhaseSpec* spec = simulation_.schedule().phases()[phase].spec;
  const std::string prefix = spec ? spec->name + "." : "";
  simulation_.for_each_projection(true, [&](const ProjectionSpec& p, const Synapses& s) {
    if (spec && spec->snapshot) to.snapshots.push_back({spec->name, p.name, s});
    if (!learns(p) || s.size() == 0) return;
    const auto& before = before_[p.name];
    const double mean = mean_of(s.weight), mean_before = mean_of(before);
    double square = 0, change = 0;
    for (size_t k = 0; k < s.weight.size(); ++k) {
      square += (s.weight[k] - mean) * (s.weight[k] - mean);
      change += std::abs(s.weight[k] - before[k]);
    }
    const auto n = static_cast<double>(s.size());
    const auto [low, high] = std::ranges::minmax(s.weight);
    const auto add = [&](const char* name, double value) { to.metrics.push_back({prefix + name, "", p.name, value}); };
    add("weight_mean", mean);
    add("weight_sd", std::sqrt(square / n));
    add("weight_min", low);
    add("weight_max", high);
    add("weight_change", mean - mean_before);
    add("weight_change_abs", change / n);
    add("weight_change_relative", mean_before != 0 ? (mean - mean_before) / mean_before : std::nan(""));
  });
}

void WeightWatch::save(const std::filesystem::path& file) const {
  if (before_.empty() && !scenario_.saves_weights) return;
  ResultWriter out(file);
  simulation_.for_each_projection(!scenario_.saves_weights, [&](const ProjectionSpec& p, const Synapses& s) {
    write_synapses(out, "/projections", p.name, s, scenario_.dt_ms);
  });
  out.close();
}

}  // namespace encephagen
