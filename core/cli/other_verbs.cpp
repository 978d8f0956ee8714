// conform, report and bench.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "experiment/benchmark.hpp"
#include "experiment/figures.hpp"
#include "experiment/report.hpp"
#include "experiment/summary.hpp"
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
    for (const auto& c : conformance_checks()) std::cout << fmt::format("  {:<32} {}\n", c.id, c.meaning);
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
  po::options_description options("encephagen report DIR [-o FILE] [--figures DIR] [--summary DIR]");
  options.add_options()("output,o", po::value<std::string>(), "file to write; default DIR/report.html")(
      "figures", po::value<std::string>(), "write the figures as SVG and PNG into this folder, instead of the page")(
      "summary", po::value<std::string>(), "write what is worth keeping for good into this folder, figures included")(
      "help", "this text");
  const auto given = parse(arguments, options, "dir", 1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto folders = texts(given, "dir");
  if (folders.empty()) throw Failure(Exit::usage, "report needs a folder of results");
  const auto print = [](const std::vector<std::filesystem::path>& files) {
    for (const auto& file : files) fmt::print("{}\n", file.string());
    return 0;
  };
  if (given.count("summary")) return print(write_summary(folders[0], given["summary"].as<std::string>()));
  if (given.count("figures")) {
    const auto figures = write_figures(folders[0], given["figures"].as<std::string>());
    if (!figures.without_png.empty()) fmt::print(stderr, "note: {}\n", figures.without_png);
    return print(figures.files);
  }
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

namespace {

void print_benchmark(const BenchmarkResult& r) {
  const auto& p = r.phases;
  const double busy = p.deliver_s + p.update_s + p.input_s + p.record_s;
  const auto share = [&](double s) { return 100 * s / std::max(busy, 1e-12); };
  fmt::print("{}: {}\n", r.name, r.title);
  fmt::print("  {} units, {} synapses", r.size.n_units, r.size.n_synapses);
  if (r.size.n_synapses > 0)
    fmt::print(" of {:.1f} bytes", static_cast<double>(r.size.synapse_bytes) / static_cast<double>(r.size.n_synapses));
  fmt::print(", {:.1f} MB in all, built in {:.3g} s; {} thread{}, {} precision, blocks of {} step{}\n",
             static_cast<double>(r.size.bytes) * 1e-6, r.build_s, r.threads, r.threads > 1 ? "s" : "",
             r.single_precision ? "single" : "double", r.block_steps, r.block_steps > 1 ? "s" : "");
  fmt::print(
      "  {:.4g} s per simulated second (median of {}; {:.4g} to {:.4g}), {:.3g} times real time, {:.3f} us per step\n",
      r.median_s() / r.simulated_s, r.wall_s.size(), r.wall_s.front() / r.simulated_s, r.wall_s.back() / r.simulated_s,
      r.simulated_s / r.median_s(), r.us_per_step(r.median_s()));
  if (p.spikes > 0)
    fmt::print("  {:.3g} Hz, {:.3g} million synaptic events per second of wall time\n",
               static_cast<double>(p.spikes) / (static_cast<double>(r.size.n_units) * r.simulated_s),
               static_cast<double>(p.synaptic_events) * 1e-6 / r.median_s());
  fmt::print("  shares: update {:.0f} %, input {:.0f} %, deliver {:.0f} %, record {:.0f} %\n  compare: {}\n",
             share(p.update_s), share(p.input_s), share(p.deliver_s), share(p.record_s), r.compare);
}

nlohmann::ordered_json benchmark_json(const BenchmarkResult& r) {
  return {{"name", r.name},
          {"title", r.title},
          {"units", r.size.n_units},
          {"synapses", r.size.n_synapses},
          {"bytes", r.size.bytes},
          {"synapse_bytes", r.size.synapse_bytes},
          {"threads", r.threads},
          {"precision", r.single_precision ? "single" : "double"},
          {"steps", r.steps},
          {"us_per_step",
           {{"min", r.us_per_step(r.wall_s.front())},
            {"median", r.us_per_step(r.median_s())},
            {"max", r.us_per_step(r.wall_s.back())}}},
          {"s_per_simulated_s", r.median_s() / r.simulated_s},
          {"real_time_factor", r.simulated_s / r.median_s()},
          {"build_s", r.build_s},
          {"spikes", r.phases.spikes},
          {"synaptic_events", r.phases.synaptic_events},
          {"synaptic_events_per_s", static_cast<double>(r.phases.synaptic_events) / r.median_s()},
          {"phases_s",
           {{"update", r.phases.update_s},
            {"input", r.phases.input_s},
            {"deliver", r.phases.deliver_s},
            {"record", r.phases.record_s}}},
          {"compare", r.compare}};
}

}  // namespace

int verb_bench(const Arguments& arguments) {
  po::options_description options("encephagen bench [NAME]");
  options.add_options()("repeats", po::value<std::string>(),
                        "timed runs of each, after one that is not counted; default 5")(
      "threads", po::value<std::string>(), "default 1")("duration-ms", po::value<std::string>(),
                                                        "simulated time; default: what the network says")(
      "json", po::bool_switch(), "answer in JSON")("help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "name", -1);
  if (given.count("help")) {
    std::cout << options << "\nbenchmarks (* only when named):\n";
    for (const auto& b : benchmarks()) std::cout << fmt::format("  {}{}\n", b.name, b.is_large ? " *" : "");
    return 0;
  }
  const auto wanted = texts(given, "name");
  std::vector<std::string> names;
  for (const auto& b : benchmarks()) names.emplace_back(b.name);
  for (const auto& w : wanted)
    if (std::find(names.begin(), names.end(), w) == names.end())
      throw Failure(Exit::usage, fmt::format("there is no benchmark '{}'{}; there are {}", w, did_you_mean(w, names),
                                             join(names, ", ")));
  const BenchmarkOptions how{static_cast<int>(whole_number(given, "repeats", 5, 1, 1000)),
                             static_cast<unsigned>(whole_number(given, "threads", 1, 1, 4096)),
                             static_cast<double>(whole_number(given, "duration-ms", 0, 0, 1000000000))};
  const auto registry = make_registry(given);
  const auto paths = make_path_resolver({});
  const bool json = given["json"].as<bool>();
  auto list = nlohmann::ordered_json::array();
  for (const auto& b : benchmarks()) {
    const bool is_named = std::find(wanted.begin(), wanted.end(), b.name) != wanted.end();
    if (!is_named && (!wanted.empty() || b.is_large)) continue;
    const auto r = run_benchmark(b, *registry, paths, how);
    if (json)
      list.push_back(benchmark_json(r));
    else
      print_benchmark(r);
  }
  if (json) std::cout << list.dump(1) << "\n";
  return 0;
}

}  // namespace encephagen::cli
