// Reads and writes TOML. The only place that knows toml++.
#pragma once
#include <filesystem>
#include <string>

#include "scenario/node.hpp"

namespace encephagen {

// Positions carry the file's name as given. Throws Failure(scenario_invalid) with file, line and column of a syntax
// error, or a plain message when the file cannot be read.
Node read_toml(const std::filesystem::path& file);
Node parse_toml(std::string_view text, const std::string& name);

// The value of `key=value` as written on a command line: TOML, or plain text if it is no TOML value.
Node parse_toml_value(std::string_view text, const Position& origin);

// Canonical text: keys in tree order, plain values before tables, numbers in their shortest exact form.
std::string write_toml(const Node& root);
// One value as it would stand behind "key = ".
std::string write_toml_value(const Node& value);

}  // namespace encephagen
