// What every verb needs from the command line.
#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <charconv>

namespace encephagen::cli {

namespace po = boost::program_options;

namespace {

// While set, parse() reports what it was given and returns no more.
bool only_declares = false;
struct Declared {
  std::shared_ptr<po::options_description> options;
};

}  // namespace

std::shared_ptr<po::options_description> declared_options(const Verb& verb) {
  only_declares = true;
  try {
    verb.run({});
  } catch (const Declared& d) {
    only_declares = false;
    return d.options;
  } catch (...) {
    only_declares = false;
    throw;
  }
  only_declares = false;
  throw std::logic_error(std::string("verb '") + verb.name + "' does not begin with parse()");
}

po::variables_map parse(const Arguments& arguments, const po::options_description& visible,
                        const std::string& positional_name, int max_positional) {
  if (only_declares) throw Declared{std::make_shared<po::options_description>(visible)};
  po::options_description all;
  all.add(visible);
  po::positional_options_description positional;
  if (!positional_name.empty()) {
    all.add_options()(positional_name.c_str(), po::value<std::vector<std::string>>());
    positional.add(positional_name.c_str(), max_positional);
  }
  po::variables_map given;
  try {
    // Guessing is off: a new option would break scripts that rely on an abbreviation.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(all).positional(positional).style(style).run(), given);
    po::notify(given);
  } catch (const po::error& e) {
    throw Failure(Exit::usage, fmt::format("{}; see encephagen help", e.what()));
  }
  return given;
}

void add_plugin_options(po::options_description& options) {
  options.add_options()("plugin-path", po::value<std::vector<std::string>>(),
                        "folder searched for plugins before all others (repeatable)")(
      "allow-insecure-plugins", po::bool_switch(), "load plugins that everybody may overwrite");
}

std::unique_ptr<PluginRegistry> make_registry(const po::variables_map& given,
                                              const std::vector<std::string>& scenario_paths) {
  return std::make_unique<PluginRegistry>(plugin_search_path(texts(given, "plugin-path"), scenario_paths),
                                          given["allow-insecure-plugins"].as<bool>());
}

std::vector<std::string> texts(const po::variables_map& given, const std::string& name) {
  return given.count(name) ? given[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

int64_t whole_number(const po::variables_map& given, const std::string& name, int64_t otherwise, int64_t low,
                     int64_t high) {
  if (!given.count(name)) return otherwise;
  const auto text = given[name].as<std::string>();
  int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || value < low || value > high)
    throw Failure(Exit::usage, fmt::format("--{} {}: needs a whole number from {} to {}", name, text, low, high));
  return value;
}

}  // namespace encephagen::cli
