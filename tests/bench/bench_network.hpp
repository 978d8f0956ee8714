// Networks for microbenchmarks, from TOML text and the plugins of this build.
#pragma once
#include <fstream>
#include <sstream>
#include <string>

#include "engine/simulation.hpp"
#include "host/plugin_registry.hpp"
#include "scenario/data_paths.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen::bench {

// All but the simulation, which some benchmarks build many times.
struct Parts {
  PluginRegistry registry{{PLUGIN_FOLDER}};
  PathResolver paths = make_path_resolver(SOURCE_FOLDER "/tests/bench/networks/bench.toml");
  Scenario scenario;
  Brain brain;

  explicit Parts(const std::string& toml) {
    Diagnostics d;
    scenario = resolve_scenario(parse_toml(toml, "bench.toml"), SOURCE_FOLDER "/tests/bench/networks/bench.toml",
                                registry, paths, d);
    d.throw_if_any();
    brain = load_brain(scenario, paths);
  }
};

inline std::string network_file(const std::string& name) {
  std::ifstream in(std::string(SOURCE_FOLDER) + "/tests/bench/networks/" + name + ".toml");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace encephagen::bench
