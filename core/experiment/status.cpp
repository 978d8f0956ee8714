// How far an experiment has come, told from its folder alone.
#include "experiment/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "experiment/plan_record.hpp"
#include "experiment/progress.hpp"
#include "experiment/run_store.hpp"
#include "experiment/search_record.hpp"
#include "experiment/text_table.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

enum class State { missing, done, failed, running };

std::vector<State> states(const fs::path& folder, const PlanRecord& plan, const std::vector<LivingProcess>& processes) {
  const RunStore store(folder);
  std::vector<State> out(plan.arm_of.size(), State::missing);
  const auto names = store.names();
  // Results of another version of the experiment have other keys and will be replaced.
  const auto mark = [&](const std::vector<size_t>& runs, State state) {
    for (const size_t i : runs)
      if (i < out.size() && short_key(store.key_of(i, state == State::failed)) == plan.short_key[i]) out[i] = state;
  };
  mark(names.failed, State::failed);
  mark(names.done, State::done);
  // What a process has told is some seconds old. Runs are handed out in order: it has gone on to the next.
  for (const auto& p : processes)
    for (size_t i : p.state.running) {
      while (i < out.size() && out[i] != State::missing) ++i;
      if (i < out.size()) out[i] = State::running;
    }
  return out;
}

std::vector<FailureReason> reasons(const fs::path& folder, const std::vector<State>& state) {
  const RunStore store(folder);
  std::map<std::string, std::vector<size_t>> runs_of;
  for (size_t i = 0; i < state.size(); ++i)
    if (state[i] == State::failed) runs_of[store.reason_of(i)].push_back(i);
  std::vector<FailureReason> out;
  for (auto& [text, runs] : runs_of) out.push_back({text, std::move(runs)});
  std::ranges::stable_sort(out, std::greater(), [](const FailureReason& r) { return r.runs.size(); });
  return out;
}

SearchStatus status_of(const fs::path& folder, const PlannedSearch& planned) {
  SearchStatus out{planned.name, planned.n_generations, 0, {}, {}, ""};
  const auto record = read_search(search_file(folder, planned.name));
  if (!record || short_key(record->key) != planned.key) return out;  // of another version of the experiment
  out.done = record->told.size();
  out.why_over = record->why_over;
  if (out.done == 0) return out;
  if (std::isfinite(record->best.back())) out.best = record->best.back();
  out.sigma = record->sigma.back();
  return out;
}

std::string first_runs(const std::vector<size_t>& runs) {
  constexpr size_t most = 5;
  std::string out;
  for (size_t k = 0; k < std::min(most, runs.size()); ++k) out += fmt::format("{}{}", k ? ", " : "", runs[k]);
  return out + (runs.size() > most ? " ..." : "");
}

std::string searches_table(const std::vector<SearchStatus>& searches) {
  const auto number = [](const std::optional<double>& v) { return v ? fmt::format("{:.4g}", *v) : std::string("-"); };
  std::vector<std::vector<Cell>> cells;
  for (const auto& s : searches)
    cells.push_back({{s.name},
                     {fmt::format("{}", s.planned)},
                     {fmt::format("{}", s.done)},
                     {number(s.best)},
                     {number(s.sigma)},
                     {s.why_over.empty()            ? ""
                      : s.why_over == "generations" ? "over"
                                                    : "over: " + s.why_over}});
  return text_table({"search", "generations", "done", "best", "sigma", ""}, cells,
                    {false, true, true, true, true, false}, false);
}

}  // namespace

ExperimentStatus experiment_status(const fs::path& folder) {
  const auto plan = read_plan(folder);
  ExperimentStatus out;
  out.title = plan.title;
  out.resume_command = plan.resume_command;
  out.processes = living_processes(folder);
  const auto state = states(folder, plan, out.processes);
  out.all.name = "all";
  for (const auto& arm : plan.arms) out.arms.push_back({arm.name});
  double missing_s = 0;
  for (size_t i = 0; i < state.size(); ++i) {
    const auto& planned = plan.arms[plan.arm_of[i]];
    for (auto* arm : {&out.arms[plan.arm_of[i]], &out.all}) {
      ++arm->planned;
      if (state[i] == State::done) ++arm->done;
      if (state[i] == State::failed) ++arm->failed;
      if (state[i] == State::running) ++arm->running;
    }
    if (state[i] == State::missing || state[i] == State::running)
      missing_s += planned.simulated_s / static_cast<double>(planned.n_runs);
  }
  for (const auto& planned : plan.searches) {
    const auto& s = out.searches.emplace_back(status_of(folder, planned));
    if (s.why_over.empty() && s.done < s.planned)
      missing_s += static_cast<double>(s.planned - s.done) * planned.generation_s;
  }
  out.failures = reasons(folder, state);
  double speed = 0;  // simulated seconds a second
  for (const auto& p : out.processes) {
    out.elapsed_s = std::max(out.elapsed_s.value_or(0), p.state.elapsed_s);
    if (p.state.elapsed_s > 0) speed += p.state.simulated_s / p.state.elapsed_s;
  }
  if (speed > 0) out.remaining_s = missing_s / speed;
  std::error_code ec;
  out.is_concluded = out.all.done + out.all.failed == out.all.planned && fs::exists(folder / "report.html", ec);
  return out;
}

std::string status_text(const ExperimentStatus& s) {
  std::string out = s.title.empty() ? "" : s.title + "\n";
  std::vector<std::vector<Cell>> cells;
  const auto add = [&](const ArmStatus& arm) {
    cells.push_back({{arm.name}});
    for (const size_t n : {arm.planned, arm.done, arm.failed, arm.running, arm.missing()})
      cells.back().push_back({fmt::format("{}", n)});
  };
  for (const auto& arm : s.arms) add(arm);
  if (s.arms.size() > 1) add(s.all);
  out += text_table({"arm", "planned", "done", "failed", "running", "missing"}, cells,
                    {false, true, true, true, true, true}, false);
  if (!s.searches.empty()) out += searches_table(s.searches);
  for (const auto& f : s.failures)
    out += fmt::format("failed: {} run{} ({}): {}\n", f.runs.size(), f.runs.size() == 1 ? "" : "s", first_runs(f.runs),
                       f.text);
  for (const auto& p : s.processes)
    out += fmt::format("at work: process {} on {}, {} thread{}, since {}\n", p.pid, p.host, p.state.threads,
                       p.state.threads == 1 ? "" : "s", duration_text(p.state.elapsed_s));
  if (s.remaining_s) out += fmt::format("about {} left\n", duration_text(*s.remaining_s));
  if (s.is_concluded)
    out += "concluded: metrics.csv, claims.json and report.html are there\n";
  else if (s.processes.empty())
    out += fmt::format("nothing is at work; to complete it: {}\n", s.resume_command);
  if (s.all.failed > 0) out += fmt::format("to run the failed ones again: {} --retry-failed\n", s.resume_command);
  return out;
}

std::string status_json(const ExperimentStatus& s) {
  using Json = nlohmann::ordered_json;
  const auto counts = [](const ArmStatus& arm) {
    return Json{{"name", arm.name},     {"planned", arm.planned}, {"done", arm.done},
                {"failed", arm.failed}, {"running", arm.running}, {"missing", arm.missing()}};
  };
  const auto known = [](const std::optional<double>& v) { return v ? Json(*v) : Json(); };
  Json arms = Json::array(), failures = Json::array(), processes = Json::array();
  for (const auto& arm : s.arms) arms.push_back(counts(arm));
  for (const auto& f : s.failures) failures.push_back({{"reason", f.text}, {"count", f.runs.size()}, {"runs", f.runs}});
  for (const auto& p : s.processes)
    processes.push_back({{"host", p.host},
                         {"pid", p.pid},
                         {"threads", p.state.threads},
                         {"elapsed_s", p.state.elapsed_s},
                         {"running", p.state.running}});
  Json j{{"title", s.title},
         {"arms", arms},
         {"all", counts(s.all)},
         {"failures", failures},
         {"processes", processes},
         {"elapsed_s", known(s.elapsed_s)},
         {"remaining_s", known(s.remaining_s)},
         {"concluded", s.is_concluded},
         {"resume", s.resume_command}};
  for (const auto& search : s.searches)
    j["searches"].push_back({{"name", search.name},
                             {"planned", search.planned},
                             {"done", search.done},
                             {"best", known(search.best)},
                             {"sigma", known(search.sigma)},
                             {"over", search.why_over}});
  return j.dump(1) + "\n";
}

}  // namespace encephagen
