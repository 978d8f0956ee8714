// conform, report and bench.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "experiment/benchmark.hpp"
#include "experiment/report.hpp"
#include "host/conformance/conformance.hpp"
#include "host/text.hpp"
#include "scenario/data_paths.hpp"

namespace encephagen::cli {

namespace po = boost::program_options;

int verb_conform(const Arguments& arguments) {
  po::options_description options("encephagen conform KIND NAME | FILE.so");
  options.add_options()("set", po::value<std::vector<std::string>>(),
                        "key=value: creates the plugin with this parameter (repeatable)")(
      "check", po::value<std::vector<std::string>>(),
      "only checks whose id matches; * stands for any characters (repeatable)")(
      "seed", po::value<std::string>(), "seed of the random parameter tables")("json", po::bool_switch(),
                                                                               "answer in JSON")("help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "what", 2);
  if (given.count("help")) {
    std::cout << options << "\nchecks:\n";
    for (const auto& c : conformance_checks()) fmt::print("  {:<32} {}\n", c.id, c.meaning);
    return 0;
  }
  const auto what = texts(given, "what");
  if (what.empty()) throw Failure(Exit::usage, "conform needs a kind and a name, or a plugin file");
  const auto registry = make_registry(given);
  ConformOptions wanted;
  wanted.checks = texts(given, "check");
  wanted.seed = static_cast<uint64_t>(whole_number(given, "seed", 1, 0, 9000000000000000000));
  for (const auto& text : texts(given, "set")) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
      throw Failure(Exit::usage, fmt::format("--set {}: write key=value, for example tau_m_ms=20", text));
    wanted.params.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::vector<const FoundPlugin*> plugins;
  if (what.size() == 1) {
    plugins = registry->open_file(what[0]);
  } else {
    const auto* found = registry->find(what[0], what[1]);
    if (!found) throw Failure(Exit::plugin_unusable, registry->why_not(what[0], what[1]));
    plugins.push_back(found);
  }
  return run_conformance(plugins, wanted, given["json"].as<bool>(), std::cout);
}

int verb_report(const Arguments& arguments) {
  po::options_description options("encephagen report DIR [-o FILE]");
  options.add_options()("output,o", po::value<std::string>(), "file to write; default DIR/report.html")("help",
                                                                                                        "this text");
  const auto given = parse(arguments, options, "dir", 1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto folders = texts(given, "dir");
  if (folders.empty()) throw Failure(Exit::usage, "report needs a folder of results");
  const std::string page = make_report(folders[0]);
  const std::filesystem::path file = given.count("output") ? std::filesystem::path(given["output"].as<std::string>())
                                                           : std::filesystem::path(folders[0]) / "report.html";
  std::ofstream out(file, std::ios::binary);
  out << page;
  out.close();
  if (!out) throw Failure(Exit::usage, fmt::format("{}: cannot be written", file.string()));
  fmt::print("{}\n", std::filesystem::absolute(file).string());
  return 0;
}

int verb_bench(const Arguments& arguments) {
  po::options_description options("encephagen bench [NAME]");
  options.add_options()("repeats", po::value<std::string>(),
                        "timed runs of each, after one that is not counted; default 5")(
      "json", po::bool_switch(), "answer in JSON")("help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "name", -1);
  if (given.count("help")) {
    std::cout << options << "\nbenchmarks:\n";
    for (const auto& b : benchmarks()) fmt::print("  {:<22} {}\n", b.name, b.what);
    return 0;
  }
  const auto wanted = texts(given, "name");
  std::vector<std::string> names;
  for (const auto& b : benchmarks()) names.emplace_back(b.name);
  for (const auto& w : wanted)
    if (std::find(names.begin(), names.end(), w) == names.end())
      throw Failure(Exit::usage, fmt::format("there is no benchmark '{}'{}; there are {}", w, did_you_mean(w, names),
                                             join(names, ", ")));
  const auto repeats = static_cast<int>(whole_number(given, "repeats", 5, 1, 1000));
  const auto registry = make_registry(given);
  const auto paths = make_path_resolver({});
  const bool json = given["json"].as<bool>();
  auto list = nlohmann::ordered_json::array();
  for (const auto& b : benchmarks()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), b.name) == wanted.end()) continue;
    const auto r = run_benchmark(b, *registry, paths, repeats);
    if (json)
      list.push_back(
          {{"name", r.name},
           {"what", r.what},
           {"units", r.n_units},
           {"synapses", r.n_synapses},
           {"steps", r.steps},
           {"us_per_step", {{"min", r.us_per_step_min}, {"median", r.us_per_step_median}, {"max", r.us_per_step_max}}},
           {"real_time_factor", r.real_time_factor},
           {"build_s", r.build_s},
           {"compare", r.floor}});
    else
      fmt::print(
          "{}: {}\n  {} units, {} steps, one thread: {:.3f} us per step (median of {}; {:.3f} to {:.3f}), {:.0f} times "
          "real time\n  compare: {}\n",
          r.name, r.what, r.n_units, r.steps, r.us_per_step_median, repeats, r.us_per_step_min, r.us_per_step_max,
          r.real_time_factor, r.floor);
  }
  if (json) std::cout << list.dump(1) << "\n";
  return 0;
}

}  // namespace encephagen::cli
