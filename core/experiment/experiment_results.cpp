// After the runs: the files of the contract for the whole, and the summary for people.
#include "experiment/experiment_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/result_store.hpp"
#include "experiment/claim_loader.hpp"
#include "experiment/claim_report.hpp"
#include "experiment/metrics_csv.hpp"
#include "experiment/provenance.hpp"
#include "experiment/report.hpp"
#include "experiment/run_store.hpp"
#include "experiment/search_record.hpp"
#include "host/write_file.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

// One file that leads to the results of every run, without copying them.
void link_runs(const Experiment& experiment, const fs::path& folder) {
  const fs::path unfinished = unfinished_name(folder / "results.h5");  // two processes may conclude at the same time
  ResultWriter h5(unfinished);
  std::error_code ec;
  for (size_t i = 0; i < experiment.runs.size(); ++i)
    if (fs::exists(run_folder(folder, i) / "results.h5", ec))
      h5.link(fmt::format("/runs/{:05}", i), fmt::format("runs/{:05}/results.h5", i));
  h5.close();
  fs::rename(unfinished, folder / "results.h5");
}

// Means over runs of what concerns the whole network or a group, arm by arm.
std::string metrics_table(const RunTable& table) {
  std::vector<std::string> order;
  std::map<std::string, std::pair<double, double>> sums;
  for (const auto& row : table.rows) {
    if (row.group.starts_with("region:") || row.group.find('~') != std::string::npos) continue;
    const std::string name = row.group.empty() ? row.metric : fmt::format("{}[{}]", row.metric, row.group);
    const std::string line = fmt::format("  {:<44}", name) + "\n" + row.unit;
    if (!sums.contains(line)) order.push_back(line);
    auto& [sum, n] = sums[line];
    if (std::isfinite(row.value)) sum += row.value, n += 1;
  }
  std::string out;
  for (const auto& line : order) {
    const auto cut = line.find('\n');
    const auto [sum, n] = sums[line];
    out += fmt::format("{} {} {}\n", line.substr(0, cut), n > 0 ? fmt::format("{:.5g}", sum / n) : "not determined",
                       line.substr(cut + 1));
  }
  return out;
}

// "0.1, 0.2": at most so many as a line has room for.
std::string first_numbers(const std::vector<double>& values) {
  constexpr size_t most = 8;
  std::string out;
  for (size_t i = 0; i < std::min(most, values.size()); ++i) out += fmt::format("{}{:.5g}", i ? ", " : "", values[i]);
  return out + (values.size() > most ? fmt::format(" ... ({} numbers)", values.size()) : "");
}

// What was found, for claims.json.
nlohmann::ordered_json searches_json(const Experiment& experiment, const fs::path& folder) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& o : experiment.optimizations) {
    const auto record = read_search(search_file(folder, o.name));
    auto sweep = nlohmann::ordered_json::object(), values = nlohmann::ordered_json::object();
    for (const auto& [key, value] : o.sweep) sweep[key] = value;
    for (size_t at = 0; const auto& p : o.parameters) {
      const std::vector<double> these(o.chosen->begin() + static_cast<long>(at),
                                      o.chosen->begin() + static_cast<long>(at + p.initial.size()));
      values[p.spec.key] = p.is_list ? nlohmann::ordered_json(these) : nlohmann::ordered_json(these[0]);
      at += p.initial.size();
    }
    out.push_back({{"arm", o.arm},
                   {"name", o.name},
                   {"sweep", sweep},
                   {"metric", o.spec.metric},
                   {"goal", o.spec.maximizes ? "maximize" : "minimize"},
                   {"use", o.spec.uses_best ? "best" : "mean"},
                   {"generations", record ? record->told.size() : 0},
                   {"population", o.population},
                   {"replicates", o.spec.replicates},
                   {"why_over", record ? record->why_over : ""},
                   {"values", values}});
  }
  return out;
}

std::string timing(const ExecutionResult& r) {
  return fmt::format("{} run{} done, {} reused, {} failed{} in {:.1f} s", r.n_run, r.n_run == 1 ? "" : "s", r.n_reused,
                     r.n_failed, r.n_missing ? fmt::format(", {} not run yet", r.n_missing) : "", r.wall_s);
}

}  // namespace

std::string searches_text(const Experiment& experiment) {
  std::string out;
  for (const auto& o : experiment.optimizations) {
    std::string at;
    for (const auto& [key, value] : o.sweep) at += fmt::format(", {} = {}", key, value);
    out += fmt::format("arm '{}'{}, optimize/{}.csv\n", o.arm, at, o.name);
    for (size_t first = 0; const auto& p : o.parameters) {
      const auto begin = o.chosen->begin() + static_cast<long>(first);
      const std::string values = first_numbers({begin, begin + static_cast<long>(p.initial.size())});
      out += fmt::format("  {} = {}\n", p.spec.key, p.is_list ? "[" + values + "]" : values);
      first += p.initial.size();
    }
  }
  return out;
}

std::string Conclusion::summary_text() const {
  std::string out = title.empty() ? "" : title + "\n";
  out += timing(*execution) + "\n";
  if (arms.empty()) out += metrics_table(execution->table);
  if (uses_fallback)
    out +=
        "\nTHE DATASET WAS NOT FOUND: everything here comes from a synthetic connectome and says nothing about real "
        "brains.\n"
        "The expected figures were not compared. `encephagen data list` shows what is missing and how to get it.\n";
  if (experiment && !experiment->optimizations.empty()) out += "\noptimized\n" + searches_text(*experiment);
  if (!figures.empty()) out += "\nexpected figures\n" + figures_table(figures);
  if (!decompositions.empty()) out += "\ndecompositions\n" + decompositions_table(decompositions);
  if (!claims.empty()) out += "\nclaims\n" + claims_table(claims);
  return out + fmt::format("\nresults  {}\nreport   {}\n", fs::absolute(folder).string(),
                           fs::absolute(folder / "report.html").string());
}

std::string Conclusion::summary_json() const {
  nlohmann::ordered_json j{{"folder", fs::absolute(folder).string()},
                           {"report", fs::absolute(folder / "report.html").string()},
                           {"runs_done", execution->n_run},
                           {"runs_reused", execution->n_reused},
                           {"runs_failed", execution->n_failed},
                           {"runs_missing", execution->n_missing},
                           {"wall_s", execution->wall_s}};
  const auto judged = nlohmann::ordered_json::parse(claims_json(claims, decompositions));
  for (const auto& [key, value] : judged.items())
    if (key != "format") j[key] = value;
  j["figures"] = nlohmann::ordered_json::parse(figures_json(figures));
  if (experiment && !experiment->optimizations.empty()) j["optimizations"] = searches_json(*experiment, folder);
  return j.dump(1) + "\n";
}

Conclusion conclude(const Experiment& experiment, const ExecutionResult& result, const ExecutionOptions& options) {
  Conclusion out;
  out.folder = options.folder;
  out.title = experiment.title;
  out.question = experiment.question;
  out.execution = &result;
  out.experiment = &experiment;
  for (const auto& arm : experiment.arms) out.arms.push_back(arm.name);
  Diagnostics d;
  const auto expected =
      load_expected(experiment.file.parent_path() / (experiment.is_quick ? "expected_quick.toml" : "expected.toml"), d);
  d.throw_if_any();
  RunTable with_collapsed;  // copied only where there is something to add
  if (!experiment.collapses.empty()) collapse(experiment.collapses, with_collapsed = result.table);
  const RunTable& table = experiment.collapses.empty() ? result.table : with_collapsed;
  out.decompositions = decompose(experiment.decompositions, table);
  out.claims = judge(experiment.claims, table, out.decompositions);
  out.uses_fallback = std::ranges::any_of(experiment.runs, [](const auto& run) { return run.scenario.uses_fallback; });
  if (!out.uses_fallback) out.figures = compare_figures(expected, table, out.claims);

  replace_file(options.folder / "resolved.toml", write_toml(experiment.resolved));
  replace_file(options.folder / "metrics.csv", write_metrics_csv(table));
  std::string claims = claims_json(out.claims, out.decompositions);
  if (!experiment.optimizations.empty()) {
    auto j = nlohmann::ordered_json::parse(claims);
    j["optimizations"] = searches_json(experiment, options.folder);
    claims = j.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  replace_file(options.folder / "claims.json", claims);
  if (!out.decompositions.empty())
    replace_file(options.folder / "decompositions.csv", write_decompositions_csv(out.decompositions));
  replace_file(options.folder / "figures.json", figures_json(out.figures));
  ExperimentFacts facts{experiment.title,
                        experiment.question,
                        experiment.file.string(),
                        {},
                        options.command_line,
                        experiment.warnings,
                        result.failures,
                        experiment.seed,
                        experiment.runs.size(),
                        result.n_failed,
                        result.wall_s};
  for (const auto& run : experiment.runs) facts.scenarios.push_back(&run.scenario);
  facts.warnings.insert(facts.warnings.end(), result.warnings.begin(), result.warnings.end());
  replace_file(options.folder / "run.json", experiment_provenance_json(facts));
  link_runs(experiment, options.folder);
  replace_file(options.folder / "report.html", make_report(options.folder));
  return out;
}

Conclusion conclude(const Scenario& scenario, const ExecutionResult& result, const ExecutionOptions& options) {
  Conclusion out;
  out.folder = options.folder;
  out.title = scenario.title;
  out.execution = &result;
  replace_file(options.folder / "claims.json", claims_json({}));
  replace_file(options.folder / "report.html", make_report(options.folder));
  return out;
}

}  // namespace encephagen
