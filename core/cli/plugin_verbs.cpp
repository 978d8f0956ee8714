// list, describe and schema: what is installed and what it declares.
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/reference.hpp"
#include "experiment/experiment_spec.hpp"
#include "host/text.hpp"
#include "scenario/json_schema.hpp"
#include "scenario/scenario_spec.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

const char* const kinds[] = {"neuron", "encoder",    "decoder",    "controller", "plasticity",
                             "body",   "connectome", "null_model", "analyzer"};

const FoundPlugin& find_or_fail(PluginRegistry& registry, const std::string& kind, const std::string& name) {
  check_kind(kind);
  if (const auto* found = registry.find(kind, name)) return *found;
  throw Failure(Exit::plugin_unusable, registry.why_not(kind, name));
}

Json param_json(const Field& f) {
  Json j{
      {"name", f.name}, {"doc", f.doc}, {"required", f.required}, {"per_unit", f.type == FieldType::per_unit_number}};
  if (f.preset) std::visit([&](const auto& v) { j["default"] = v; }, *f.preset);
  if (f.low > -1e300) j["low"] = f.low;
  if (f.high < 1e300) j["high"] = f.high;
  if (!f.choices.empty()) j["choices"] = f.choices;
  return j;
}

void describe_text(const FoundPlugin& f) {
  const auto& p = *f.plugin;
  fmt::print("{} '{}' {}: {}\n  file  {}\n  built for plugin ABI {}.{} with {}\n", p.kind, p.name, p.version, p.summary,
             f.file.string(), f.library->abi_major, f.library->abi_minor, f.library->compiler);
  if (p.n_params > 0) fmt::print("  parameters\n");
  for (uint32_t i = 0; i < p.n_params; ++i) {
    const Field field = field_of(p.params[i]);
    std::string allowed = field.choices.empty() ? "" : "one of " + join(field.choices, ", ");
    if (field.low > -1e300 || field.high < 1e300) allowed = range_text(field.low, field.high);
    fmt::print("    {:<24} {:<14} {}{}{}\n", field.name, default_text(field), field.doc,
               allowed.empty() ? "" : "; " + allowed,
               field.type == FieldType::per_unit_number ? "; may differ from unit to unit" : "");
  }
  for (const auto& [title, columns, n] : columns_of(p)) {
    if (n > 0) fmt::print("  {}\n", title);
    for (uint32_t i = 0; i < n; ++i) fmt::print("    {:<24} {}\n", columns[i].name, columns[i].doc);
  }
}

void describe_json(const FoundPlugin& f) {
  const auto& p = *f.plugin;
  Json j{{"kind", p.kind},
         {"name", p.name},
         {"version", p.version},
         {"summary", p.summary},
         {"file", f.file.string()},
         {"abi", fmt::format("{}.{}", f.library->abi_major, f.library->abi_minor)},
         {"compiler", f.library->compiler},
         {"params", Json::array()}};
  for (uint32_t i = 0; i < p.n_params; ++i) j["params"].push_back(param_json(field_of(p.params[i])));
  for (const auto& [title, columns, n] : columns_of(p)) {
    j[title] = Json::array();
    for (uint32_t i = 0; i < n; ++i) j[title].push_back({{"name", columns[i].name}, {"doc", columns[i].doc}});
  }
  std::cout << j.dump(1) << "\n";
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out) throw Failure(Exit::usage, fmt::format("{}: cannot be written", file.string()));
}

int write_reference(PluginRegistry& registry, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_file(folder / "plugins.md", plugins_page(registry.all()));
  write_file(folder / "language.md", language_page());
  write_file(folder / "verbs.md", verbs_page());
  fmt::print("wrote plugins.md, language.md and verbs.md to {}\n", folder.string());
  return 0;
}

}  // namespace

std::vector<std::string> plugin_kinds() { return {std::begin(kinds), std::end(kinds)}; }

void check_kind(const std::string& kind) {
  std::vector<std::string> names(std::begin(kinds), std::end(kinds));
  for (const auto& k : names)
    if (k == kind) return;
  throw Failure(Exit::usage, fmt::format("there is no plugin kind '{}'{}; kinds are {}", kind,
                                         did_you_mean(kind, names), join(names, ", ")));
}

int verb_list(const Arguments& arguments) {
  po::options_description options("encephagen list [KIND]");
  add_plugin_options(options);
  options.add_options()("json", po::bool_switch(), "answer in JSON")("help", "this text");
  const auto given = parse(arguments, options, "kind", 1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto wanted = texts(given, "kind");
  if (!wanted.empty()) check_kind(wanted[0]);
  const auto registry = make_registry(given);
  Json list = Json::array();
  for (const auto* f : registry->all()) {
    const auto& p = *f->plugin;
    if (!wanted.empty() && wanted[0] != p.kind) continue;
    if (given["json"].as<bool>())
      list.push_back({{"kind", p.kind},
                      {"name", p.name},
                      {"version", p.version},
                      {"summary", p.summary},
                      {"file", f->file.string()}});
    else
      fmt::print("{:<11} {:<24} {:<7} {}\n", p.kind, p.name, p.version, p.summary);
  }
  if (given["json"].as<bool>()) {
    Json skipped = Json::array();
    for (const auto& s : registry->skipped()) skipped.push_back({{"file", s.file.string()}, {"why", s.why}});
    std::cout << Json{{"plugins", list}, {"skipped", skipped}}.dump(1) << "\n";
    return 0;
  }
  for (const auto& s : registry->skipped()) fmt::print(stderr, "skipped {}\n  {}\n", s.file.string(), s.why);
  return 0;
}

int verb_describe(const Arguments& arguments) {
  po::options_description options("encephagen describe KIND NAME | --all [-o DIR]");
  add_plugin_options(options);
  options.add_options()("all", po::bool_switch(),
                        "reference pages of every plugin, of the language and of the verbs, into DIR")(
      "output,o", po::value<std::string>(), "folder to write to; default docs/reference")(
      "json", po::bool_switch(), "answer in JSON")("help", "this text");
  const auto given = parse(arguments, options, "what", 2);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto what = texts(given, "what");
  if (given["all"].as<bool>()) {
    if (!what.empty()) throw Failure(Exit::usage, "describe --all takes no kind and no name");
    return write_reference(*make_registry(given),
                           given.count("output") ? given["output"].as<std::string>() : "docs/reference");
  }
  if (what.size() != 2)
    throw Failure(Exit::usage, "describe needs a kind and a name, for example: encephagen describe neuron core.lif");
  const auto registry = make_registry(given);
  const auto& found = find_or_fail(*registry, what[0], what[1]);
  if (given["json"].as<bool>())
    describe_json(found);
  else
    describe_text(found);
  return 0;
}

int verb_schema(const Arguments& arguments) {
  po::options_description options("encephagen schema [KIND NAME | --all] [-o DIR]");
  add_plugin_options(options);
  options.add_options()("all", po::bool_switch(), "every schema, into DIR")("output,o", po::value<std::string>(),
                                                                            "folder to write to")("help", "this text");
  const auto given = parse(arguments, options, "what", 2);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto what = texts(given, "what");
  const auto registry = make_registry(given);
  if (what.size() == 2) {
    std::cout << plugin_schema(*find_or_fail(*registry, what[0], what[1]).plugin);
    return 0;
  }
  if (!what.empty()) throw Failure(Exit::usage, "schema needs a kind and a name, or nothing");
  const auto plugins = registry->all();
  const std::pair<const char*, std::string> files[] = {
      {"scenario.schema.json", json_schema(scenario_spec(), plugins, {"Encephagen scenario", false})},
      {"fragment.schema.json",
       json_schema(scenario_spec(), plugins, {"Part of an Encephagen scenario, to be included", true})},
      {"experiment.schema.json", json_schema(experiment_spec(), plugins, {"Encephagen experiment", false})},
      {"expected.schema.json",
       json_schema(expected_spec(), plugins, {"Figures an Encephagen experiment is held against", false})}};
  if (!given["all"].as<bool>()) {
    std::cout << files[0].second;
    return 0;
  }
  const std::filesystem::path folder = given.count("output") ? given["output"].as<std::string>() : "schemas/generated";
  std::filesystem::create_directories(folder);
  for (const auto& [name, text] : files) write_file(folder / name, text);
  fmt::print("wrote {} schemas to {}\n", std::size(files), folder.string());
  return 0;
}

}  // namespace encephagen::cli
