// A simulation that a person drives, step by step: owns all it stands on, calls things by the scenario's names, gathers
// what happens. For the Python door and whoever else goes along with a run.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/by_name.hpp"
#include "engine/checkpoint.hpp"
#include "engine/simulation.hpp"

namespace encephagen {

// A checked scenario with what it points into.
struct OwnedScenario {
  std::unique_ptr<PluginRegistry> registry;
  PathResolver paths;
  Scenario scenario;
};

// One thread at a time. What it is told wrong is a Failure(usage) in words; a failure of the simulation is thrown again
// by every later advance(), until restore().
class Session {
 public:
  // Calibrates where the scenario says so, builds, and stands before the first step.
  explicit Session(OwnedScenario scenario, unsigned threads = 1);

  const Scenario& scenario() const { return scenario_; }
  const Brain& brain() const { return brain_; }
  const Simulation& simulation() const { return *simulation_; }
  double time_ms() const { return static_cast<double>(simulation_->now()) * scenario_.dt_ms; }
  bool is_over() const { return simulation_->now() >= scenario_.n_steps(); }

  // Goes on by `ms`, rounded to steps, but not beyond the end of the scenario; further where bodies end an episode
  // early. `goes_on` is asked now and then; where it says no, the simulation stands within the piece, whole, and false
  // comes back.
  bool advance(double ms, const std::function<bool()>& goes_on = {});

  // The spikes of a population in the last advance(), in the order of steps; times are ends of steps.
  struct Spikes {
    std::vector<double> time_ms;
    std::vector<int64_t> unit;
  };
  const Spikes& spikes(const std::string& population) const;
  // A state of all units, as it is now; valid until the simulation goes on. State "": the first.
  const Column& state(const std::string& population, const std::string& state) const;
  // What a recording of the scenario has gathered since the start; of states, rows of records()[i].unit.
  const Kept& recording(const std::string& name, size_t* index = nullptr) const;

  // What a body did and met so far, as analyzers see it (eg::BodyRecording); rows only where the scenario records it.
  std::vector<ArrayData> body(const std::string& name) const;
  // The synapses of a projection, weights as they are now.
  Synapses synapses(const std::string& projection) const;
  std::vector<std::string> bodies() const;
  // Those that have synapses.
  std::vector<std::string> projections() const;

  // See Simulation::inject; no units: all. Duration is rounded to steps.
  void inject(const std::string& population, const std::string& port, std::vector<uint32_t> units, double amplitude,
              double duration_ms);
  // "region.population.exc.params.tau_m_ms", a path of --set, or short: "exc.tau_m_ms"; of an encoder
  // "encoder.0.rate_hz", by its number or name. `value` as behind '=' in --set.
  void set_param(const std::string& path, const std::string& value);
  // See params_now().
  std::vector<ParamNow> params() const;

  // The whole simulation in a file, and back: only of the same scenario and as many threads. Throws Failure, restore()
  // Failure(data_unusable) with the file's name.
  void save(const std::filesystem::path& file);
  void restore(const std::filesystem::path& file);

 private:
  RecordSink sink(const std::function<bool()>& goes_on);

  OwnedScenario owned_;
  Brain brain_;
  Scenario& scenario_;
  std::unique_ptr<Simulation> simulation_;
  std::vector<Spikes> spikes_;  // [population]
  std::vector<Kept> kept_;      // [recording]
};

}  // namespace encephagen
