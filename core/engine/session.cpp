// A simulation that a person drives, step by step.
#include "engine/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/analysis.hpp"
#include "engine/by_name.hpp"
#include "engine/calibrate.hpp"
#include "engine/run.hpp"
#include "host/text.hpp"
#include "host/write_file.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

constexpr const char* magic = "encephagen session 1";

uint64_t steps_of(double ms, double dt_ms, const char* what) {
  if (!(ms >= 0) || ms > 1e15)
    throw Failure(Exit::usage, fmt::format("{}: {} ms is no length of time; it must not be negative", what, ms));
  return static_cast<uint64_t>(std::llround(ms / dt_ms));
}

}  // namespace

Session::Session(OwnedScenario scenario, unsigned threads)
    : owned_(std::move(scenario)), brain_(load_brain(owned_.scenario, owned_.paths)), scenario_(owned_.scenario) {
  if (scenario_.calibrate) {
    std::vector<MetricData> metrics;
    calibrate(scenario_, brain_, metrics,
              [&](const Scenario& trial) { return simulated_rate_hz(trial, brain_, owned_.paths, {}, threads); });
  }
  simulation_ = std::make_unique<Simulation>(scenario_, brain_, owned_.paths, threads);
  spikes_.resize(scenario_.populations.size());
  kept_.resize(simulation_->records().size());
  simulation_->begin();
}

RecordSink Session::sink(const std::function<bool()>& goes_on) {
  RecordSink out;
  out.signal = [this](size_t i, std::span<const double> time_ms, std::span<const double> rows) {
    kept_[i].time_ms.insert(kept_[i].time_ms.end(), time_ms.begin(), time_ms.end());
    kept_[i].rows.insert(kept_[i].rows.end(), rows.begin(), rows.end());
  };
  out.spikes = [this](size_t i, std::span<const double> time_ms, std::span<const int64_t> unit) {
    kept_[i].time_ms.insert(kept_[i].time_ms.end(), time_ms.begin(), time_ms.end());
    kept_[i].unit.insert(kept_[i].unit.end(), unit.begin(), unit.end());
  };
  if (goes_on) out.progress = [&goes_on](double) { return goes_on(); };
  out.stepped = [this](uint64_t from, uint64_t to) {
    for (size_t p = 0; p < spikes_.size(); ++p) {
      if (!scenario_.populations[p].can_spike()) continue;
      for (uint64_t step = from; step < to; ++step)
        simulation_->spikes_of(p, step, [&](uint32_t unit) {
          spikes_[p].time_ms.push_back(static_cast<double>(step + 1) * scenario_.dt_ms);
          spikes_[p].unit.push_back(unit);
        });
    }
  };
  return out;
}

bool Session::advance(double ms, const std::function<bool()>& goes_on) {
  const uint64_t n = steps_of(ms, scenario_.dt_ms, "advance");
  for (auto& s : spikes_) s.time_ms.clear(), s.unit.clear();
  return simulation_->advance(simulation_->now() + n, sink(goes_on), [this](size_t phase) {
    tell_modulators(scenario_, brain_, owned_.paths, kept_, phase, *simulation_);
  });
}

const Session::Spikes& Session::spikes(const std::string& population) const {
  const size_t p = population_called(scenario_, population);
  if (!scenario_.populations[p].can_spike())
    throw Failure(Exit::usage, fmt::format("population '{}' does not spike: {} has continuous output", population,
                                           scenario_.populations[p].plugin_text()));
  return spikes_[p];
}

const Column& Session::state(const std::string& population, const std::string& state) const {
  const size_t p = population_called(scenario_, population);
  const eg_unit& unit = scenario_.populations[p].unit();
  std::vector<std::string> names;
  for (uint32_t c = 0; c < unit.n_state; ++c) {
    if (state.empty() || state == unit.state[c].name) return std::as_const(*simulation_).population(p).state(c);
    names.emplace_back(unit.state[c].name);
  }
  throw Failure(Exit::usage, fmt::format("{} of population '{}' has no state '{}'{}; it has {}",
                                         scenario_.populations[p].plugin_text(), population, state,
                                         did_you_mean(state, names), names.empty() ? "none" : join(names, ", ")));
}

const Kept& Session::recording(const std::string& name, size_t* index) const {
  std::vector<std::string> names;
  const auto& records = simulation_->records();
  for (size_t i = 0; i < records.size(); ++i) {
    names.push_back(records[i].spec->name);
    if (names.back() != name) continue;
    if (index) *index = i;
    return kept_[i];
  }
  throw Failure(Exit::usage, fmt::format("there is no recording '{}'{}; there are {}", name, did_you_mean(name, names),
                                         names.empty() ? "none" : join(names, ", ")));
}

std::vector<std::string> Session::bodies() const {
  std::vector<std::string> names;
  for (const auto& b : scenario_.bodies) names.push_back(b.name);
  return names;
}

std::vector<ArrayData> Session::body(const std::string& name) const {
  const auto names = bodies();
  const auto at = std::ranges::find(names, name);
  if (at == names.end())
    throw Failure(Exit::usage, fmt::format("there is no body '{}'{}; there are {}", name, did_you_mean(name, names),
                                           names.empty() ? "none" : join(names, ", ")));
  return simulation_->closed_loop()->bodies()[static_cast<size_t>(at - names.begin())]->arrays(
      0, std::numeric_limits<double>::infinity());
}

std::vector<std::string> Session::projections() const {
  std::vector<std::string> names;
  for (const auto& p : scenario_.projections)
    if (p.rule.kind != RuleKind::rate_per_weight) names.push_back(p.name);
  return names;
}

Synapses Session::synapses(const std::string& projection) const {
  const auto names = projections();
  if (std::ranges::find(names, projection) == names.end())
    throw Failure(Exit::usage,
                  fmt::format("there is no projection '{}' with synapses{}; there are {}", projection,
                              did_you_mean(projection, names), names.empty() ? "none" : join(names, ", ")));
  Synapses out;
  simulation_->for_each_projection(false, [&](const ProjectionSpec& p, const Synapses& s) {
    if (p.name == projection) out = s;
  });
  return out;
}

void Session::inject(const std::string& population, const std::string& port, std::vector<uint32_t> units,
                     double amplitude, double duration_ms) {
  if (!std::isfinite(amplitude))
    throw Failure(Exit::usage, fmt::format("inject: an amplitude of {} is no number to add", amplitude));
  const size_t p = population_called(scenario_, population);
  if (units.empty())
    for (uint32_t u = 0; u < simulation_->population(p).size(); ++u) units.push_back(u);
  simulation_->inject(p, port, std::move(units), amplitude, steps_of(duration_ms, scenario_.dt_ms, "inject"));
}

void Session::set_param(const std::string& path, const std::string& value) {
  encephagen::set_param(*simulation_, scenario_, path, value);
}

std::vector<ParamNow> Session::params() const { return params_now(*simulation_, scenario_); }

void Session::save(const std::filesystem::path& file) {
  std::ostringstream out;
  StateArchive a(out);
  std::string head = magic, scenario = write_toml(scenario_.resolved);
  uint64_t threads = simulation_->threads();
  a(head, scenario, threads);
  for (auto& k : kept_) a(k);
  simulation_->save(out);
  replace_file(file, out.view());
}

void Session::restore(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const auto refuse = [&](const std::string& why) {
    return Failure(Exit::data_unusable, fmt::format("{}: cannot be restored: {}", file.string(), why));
  };
  if (!in) throw refuse("it cannot be read");
  try {
    // A file that is something else must not be taken for lengths.
    std::string start(sizeof(uint64_t) + std::char_traits<char>::length(magic), '\0');
    if (!in.read(start.data(), static_cast<std::streamsize>(start.size())) || start.substr(sizeof(uint64_t)) != magic)
      throw std::runtime_error("it was not written by save()");
    in.seekg(0);
    StateArchive a(in);
    std::string head, scenario;
    uint64_t threads = 0;
    a(head, scenario, threads);
    if (scenario != write_toml(scenario_.resolved)) throw std::runtime_error("it is of another scenario");
    if (threads != simulation_->threads())
      throw std::runtime_error(
          fmt::format("it is of {} threads, and this simulation has {}", threads, simulation_->threads()));
    std::vector<Kept> kept(kept_.size());
    for (auto& k : kept) a(k);
    simulation_->load(in);
    simulation_->begin();
    kept_ = std::move(kept);
  } catch (const Failure&) {
    throw;
  } catch (const std::exception& e) {
    throw refuse(e.what());
  }
  for (auto& s : spikes_) s.time_ms.clear(), s.unit.clear();
}

}  // namespace encephagen
