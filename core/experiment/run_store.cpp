// The runs of an experiment on disk.
#include "experiment/run_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "experiment/metrics_csv.hpp"
#include "experiment/process_record.hpp"
#include "experiment/provenance.hpp"
#include "host/failure.hpp"
#include "host/sha256.hpp"
#include "host/write_file.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

RunInfo info_of(const PlannedRun& run) {
  RunInfo info;
  info.arm = run.arm;
  info.replicate = run.replicate;
  info.repeat = run.repeat;
  info.sweep = run.sweep;
  return info;
}

// The number that a name consists of.
std::optional<size_t> number(std::string_view text) {
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Json json_of(const fs::path& file) { return Json::parse(text_of_file(file), nullptr, false); }

}  // namespace

fs::path run_folder(const fs::path& folder, size_t index) { return folder / "runs" / fmt::format("{:05}", index); }
fs::path checkpoint_file(const fs::path& folder, size_t index) {
  return run_folder(folder, index).string() + ".checkpoint";
}
fs::path failure_file(const fs::path& folder, size_t index) { return run_folder(folder, index).string() + ".failed"; }

StoredRun stored_run(const PlannedRun& run, const RunOutcome& outcome, size_t index) {
  StoredRun out{info_of(run), {}, outcome.notes, outcome.warnings};
  out.info.graph_id = outcome.graph_id;
  out.info.region_group = outcome.region_group;
  for (const auto& m : outcome.metrics)
    if (run.keep_regions || !m.group.starts_with("region:"))
      out.rows.push_back({index, m.name, m.unit, m.group, m.value});
  return out;
}

void write_run_files(const fs::path& folder, const PlannedRun& run, const RunOutcome& outcome, const std::string& key,
                     const std::vector<std::string>& command_line) {
  auto one = stored_run(run, outcome, 0);
  const std::string metrics = write_metrics_csv({{std::move(one.info)}, std::move(one.rows)});
  if (run.keep_everything)
    write_file(folder / "resolved.toml", write_toml(outcome.calibrated ? *outcome.calibrated : run.scenario.resolved));
  write_file(folder / "metrics.csv", metrics);
  write_file(folder / "run.json", provenance_json(run.scenario, outcome,
                                                  {command_line, key, sha256_of_bytes(metrics), run.keep_everything}));
}

fs::path RunStore::begin(size_t index) const {
  const fs::path unfinished = unfinished_name(run_folder(folder_, index));
  std::error_code ec;
  fs::remove_all(unfinished, ec);
  make_folder(unfinished);
  return unfinished;
}

void RunStore::discard(size_t index) const {
  std::error_code ec;
  fs::remove_all(unfinished_name(run_folder(folder_, index)), ec);
}

void RunStore::commit(size_t index, const PlannedRun& run, const RunOutcome& outcome, const std::string& key,
                      const std::vector<std::string>& command_line) const {
  const fs::path place = run_folder(folder_, index);
  const fs::path unfinished = run.keep_everything ? unfinished_name(place) : begin(index);
  write_run_files(unfinished, run, outcome, key, command_line);
  // If the machine loses power: metrics.csv has its hash in run.json, which must be JSON to its end. Only results.h5
  // has no check of its own.
  if (run.keep_everything) sync_to_disk(unfinished / "results.h5");
  std::error_code ec;
  fs::rename(unfinished, place, ec);
  for (int attempt = 0; ec && attempt < 10; ++attempt) {
    // Something is there. If another process was faster, its results are the same, and others may be reading them.
    std::error_code ignored;
    if (read(index, run, key).done) return discard(index);
    fs::remove_all(place, ignored);
    fs::rename(unfinished, place, ec);
  }
  if (ec) throw StorageFailure(fmt::format("{}: cannot be written: {}", place.string(), ec.message()));
  fs::remove(failure_file(folder_, index), ec);
}

void RunStore::record_failure(size_t index, const PlannedRun& run, const std::string& key,
                              const std::string& error) const {
  const nlohmann::ordered_json j{{"key", key}, {"arm", run.arm}, {"replicate", run.replicate}, {"error", error}};
  replace_file(failure_file(folder_, index), j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

RunOnDisk RunStore::read(size_t index, const PlannedRun& run, const std::string& key) const {
  RunOnDisk out;
  const fs::path folder = run_folder(folder_, index);
  std::error_code ec;
  if (fs::exists(folder / "run.json", ec)) try {
      const auto j = Json::parse(text_of_file(folder / "run.json"));
      if (j.at("key") == key) {
        const std::string metrics = text_of_file(folder / "metrics.csv");
        if (j.at("metrics_sha256") != sha256_of_bytes(metrics)) throw std::runtime_error("metrics.csv was changed");
        if (run.keep_everything && !fs::exists(folder / "results.h5", ec)) throw std::runtime_error("no results.h5");
        StoredRun done{info_of(run), {}, j.at("notes"), j.at("warnings")};
        done.info.graph_id = j.at("graph_id");
        done.info.region_group = j.at("region_group").get<std::map<std::string, std::string>>();
        done.rows = read_metrics_csv(metrics, (folder / "metrics.csv").string()).rows;
        for (auto& row : done.rows) row.run = index;
        out.done = std::move(done);
      } else {
        out.is_outdated = true;
      }
    } catch (const std::exception&) {
      out.is_damaged = true;
    }
  if (!out.done && fs::exists(failure_file(folder_, index), ec) && key_of(index, true) == key)
    out.failure = reason_of(index);
  return out;
}

RunNames RunStore::names() const {
  RunNames out;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_ / "runs", ec)) {
    const fs::path name = entry.path().filename();
    if (const auto done = number(name.string()))
      out.done.push_back(*done);
    else if (const auto failed = number(name.stem().string()); failed && name.extension() == ".failed")
      out.failed.push_back(*failed);
  }
  std::ranges::sort(out.done);
  std::ranges::sort(out.failed);
  return out;
}

std::string RunStore::key_of(size_t index, bool has_failed) const {
  const auto j = json_of(has_failed ? failure_file(folder_, index) : run_folder(folder_, index) / "run.json");
  return j.is_object() ? j.value("key", "") : "";
}

std::string RunStore::reason_of(size_t index) const {
  const auto j = json_of(failure_file(folder_, index));
  return j.is_object() ? j.value("error", "no reason given") : "no reason given";
}

void RunStore::clean_up() const {
  // First what has been begun, then who lives: a process that begins now has said so before it begins a run.
  std::error_code ec;
  std::vector<fs::path> begun;
  for (const auto& place : {folder_, folder_ / "runs", folder_ / "optimize"})
    for (const auto& entry : fs::directory_iterator(place, ec))
      if (entry.path().extension() == ".tmp") begun.push_back(entry.path());
  const auto alive = living_processes(folder_);
  for (const auto& path : begun) {
    const std::string name = path.filename().string();
    const bool is_in_use = std::ranges::any_of(
        alive, [&](const LivingProcess& p) { return name.ends_with(fmt::format(".{}.{}.tmp", p.host, p.pid)); });
    if (!is_in_use) fs::remove_all(path, ec);
  }
}

}  // namespace encephagen
