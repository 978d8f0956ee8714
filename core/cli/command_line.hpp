// What every verb needs from the command line: parsing with clear usage errors, and the shared options.
#pragma once
#include <boost/program_options.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/failure.hpp"
#include "host/plugin_registry.hpp"
#include "scenario/plugin_params.hpp"

namespace encephagen::cli {

using Arguments = std::vector<std::string>;

struct Verb {
  const char* name;
  const char* usage;    // what follows the name
  const char* summary;  // one line
  int (*run)(const Arguments& arguments);
};

// All verbs, in the order help shows them.
const std::vector<Verb>& verbs();

// Parses `arguments` with the options `visible` in a verb's help (names as in Program_options) and positional ones into
// `positional_name`, at most `max_positional` of them (-1: any number). Guessing of option names is off. Throws
// Failure(usage).
boost::program_options::variables_map parse(const Arguments& arguments,
                                            const boost::program_options::options_description& visible,
                                            const std::string& positional_name, int max_positional);

// The options that a verb hands to parse(), without running it.
std::shared_ptr<boost::program_options::options_description> declared_options(const Verb& verb);

// --plugin-path and --allow-insecure-plugins.
void add_plugin_options(boost::program_options::options_description& options);
std::unique_ptr<PluginRegistry> make_registry(const boost::program_options::variables_map& given,
                                              const std::vector<std::string>& scenario_paths = {});

std::vector<std::string> texts(const boost::program_options::variables_map& given, const std::string& name);

// A whole number within [low, high]; Program_options would take -1 for an unsigned one.
int64_t whole_number(const boost::program_options::variables_map& given, const std::string& name, int64_t otherwise,
                     int64_t low, int64_t high);

// All kinds of plugins, as users write them.
std::vector<std::string> plugin_kinds();

// Throws Failure(usage) with a suggestion when there is no such plugin kind.
void check_kind(const std::string& kind);

int verb_run(const Arguments& arguments);
int verb_check(const Arguments& arguments);
int verb_status(const Arguments& arguments);
int verb_list(const Arguments& arguments);
int verb_describe(const Arguments& arguments);
int verb_schema(const Arguments& arguments);
int verb_conform(const Arguments& arguments);
int verb_new_plugin(const Arguments& arguments);
int verb_data(const Arguments& arguments);
int verb_claims(const Arguments& arguments);
int verb_report(const Arguments& arguments);
int verb_bench(const Arguments& arguments);
int verb_doctor(const Arguments& arguments);
int verb_completion(const Arguments& arguments);
int verb_man(const Arguments& arguments);

}  // namespace encephagen::cli
