// plan.json: what an experiment has planned.
#include "experiment/plan_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiment/search_record.hpp"
#include "host/failure.hpp"
#include "host/write_file.hpp"

namespace encephagen {

namespace fs = std::filesystem;

std::string short_key(const std::string& key) { return key.substr(0, 16); }

void write_plan(const fs::path& folder, const Experiment& experiment, const std::vector<std::string>& keys,
                const std::string& resume_command) {
  PlanRecord plan;
  for (const auto& arm : experiment.arms) plan.arms.push_back({arm.name, 0, 0});
  auto runs = nlohmann::ordered_json::array();
  for (size_t i = 0; i < experiment.runs.size(); ++i) {
    const auto& run = experiment.runs[i];
    const auto arm = std::ranges::find(plan.arms, run.arm, &PlannedArm::name);
    arm->simulated_s += run.scenario.duration_ms * 1e-3;
    ++arm->n_runs;
    runs.push_back({arm - plan.arms.begin(), short_key(keys[i])});
  }
  auto arms = nlohmann::ordered_json::array();
  for (const auto& arm : plan.arms)
    arms.push_back({{"name", arm.name}, {"runs", arm.n_runs}, {"simulated_s", arm.simulated_s}});
  nlohmann::ordered_json j{
      {"format", 1}, {"title", experiment.title}, {"resume", resume_command}, {"arms", arms}, {"runs", runs}};
  for (const auto& o : experiment.optimizations)
    j["searches"].push_back({{"name", o.name},
                             {"key", short_key(search_key(o))},
                             {"generation_s", o.run_s * static_cast<double>(o.population * o.spec.replicates)},
                             {"generations", o.spec.generations}});
  replace_file(folder / "plan.json", j.dump() + "\n");
}

PlanRecord read_plan(const fs::path& folder) {
  std::error_code ec;
  const fs::path file = folder / "plan.json";
  if (!fs::exists(file, ec))
    throw Failure(Exit::data_unusable,
                  fmt::format("{}: no experiment was begun here: there is no plan.json", folder.string()));
  PlanRecord out;
  try {
    const auto j = nlohmann::json::parse(text_of_file(file));
    out.title = j.at("title");
    out.resume_command = j.at("resume");
    for (const auto& arm : j.at("arms")) out.arms.push_back({arm.at("name"), arm.at("simulated_s"), arm.at("runs")});
    for (const auto& run : j.at("runs")) {
      out.arm_of.push_back(run.at(0));
      if (out.arm_of.back() >= out.arms.size()) throw std::runtime_error("a run of an unknown arm");
      out.short_key.push_back(run.at(1));
    }
    if (j.contains("searches"))
      for (const auto& s : j["searches"])
        out.searches.push_back({s.at("name"), s.at("key"), s.at("generation_s"), s.at("generations")});
  } catch (const std::exception& e) {
    throw Failure(Exit::data_unusable, fmt::format("{}: cannot be understood: {}", file.string(), e.what()));
  }
  return out;
}

}  // namespace encephagen
