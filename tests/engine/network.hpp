// Builds networks from TOML text, for tests of the engine.
#pragma once
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "engine/simulation.hpp"
#include "host/plugin_registry.hpp"
#include "scenario/data_paths.hpp"
#include "scenario/toml_document.hpp"
#include "support.hpp"

namespace encephagen::testing {

// A scenario with everything it refers to.
struct Network {
  PluginRegistry registry;
  PathResolver paths;
  Scenario scenario;
  Brain brain;
  Simulation simulation;

  // `edit` changes the checked scenario before anything is built from it.
  explicit Network(const std::string& toml, unsigned threads = 1, const std::function<void(Scenario&)>& edit = {})
      : registry({binary_dir() / "lib/encephagen/plugins"}),
        paths(make_path_resolver(source_dir() / "tests/engine/network.toml")),
        scenario(resolve(toml, edit)),
        brain(load_brain(scenario, paths)),
        simulation(scenario, brain, paths, threads) {}

  static std::filesystem::path binary_dir() {
    const char* dir = std::getenv("ENCEPHAGEN_BINARY_DIR");
    return dir ? dir : ".";
  }

  // [record][time][unit], all samples of a run; of spikes: [record][spike][time, unit].
  std::vector<std::vector<std::vector<double>>> run() {
    std::vector<std::vector<std::vector<double>>> out(simulation.records().size());
    RecordSink sink;
    sink.signal = [&](size_t i, std::span<const double> time, std::span<const double> rows) {
      const size_t n = rows.size() / time.size();
      for (size_t t = 0; t < time.size(); ++t)
        out[i].emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(t * n),
                            rows.begin() + static_cast<std::ptrdiff_t>((t + 1) * n));
    };
    sink.spikes = [&](size_t i, std::span<const double> time, std::span<const int64_t> unit) {
      for (size_t k = 0; k < time.size(); ++k) out[i].push_back({time[k], static_cast<double>(unit[k])});
    };
    simulation.run(sink);
    return out;
  }

 private:
  Scenario resolve(const std::string& toml, const std::function<void(Scenario&)>& edit) {
    Diagnostics d;
    auto s = resolve_scenario(parse_toml(toml, "network.toml"), source_dir() / "tests/engine/network.toml", registry,
                              paths, d);
    d.throw_if_any();
    if (edit) edit(s);
    return s;
  }
};

// Rows of numbers of a csv file, after its header line if it has one.
inline std::vector<std::vector<double>> read_csv(const std::filesystem::path& file, bool has_header = true) {
  std::ifstream in(file);
  std::vector<std::vector<double>> out;
  std::string line;
  if (has_header) std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<double> row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::stod(cell));
    out.push_back(row);
  }
  return out;
}

}  // namespace encephagen::testing
