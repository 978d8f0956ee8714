// What `encephagen doctor` looks at.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "host/failure.hpp"
#include "host/plugin_registry.hpp"
#include "scenario/datasets.hpp"

namespace encephagen::cli {

struct Finding {
  enum class State {
    ok,
    note,    // something optional is not there
    problem  // something that should work does not
  };
  std::string area;  // plugins, data, authors, machine, results
  State state = State::ok;
  std::string what, text;       // the thing, and how it is
  std::string next;             // what to do; empty if nothing
  Exit status = Exit::success;  // of a problem
};

// Every folder that is searched, every plugin that is refused. `named` folders are asked for by somebody, so they must
// be there.
std::vector<Finding> plugin_findings(PluginRegistry& registry, const std::vector<std::filesystem::path>& named);
// Every dataset of the manifests. One file that is not what was published is a problem, a missing one is not.
std::vector<Finding> data_findings(const Datasets& datasets);
// What authors need: compilers, CMake, headers, the CMake package; the Python package.
std::vector<Finding> author_findings();
// Launcher of MPI, processor, threads, memory.
std::vector<Finding> machine_findings();
// Whether results, and datasets that are fetched, can be written.
std::vector<Finding> result_findings(const Datasets& datasets);

}  // namespace encephagen::cli
