// Names and centres from an atlas description in the YAML of the TVB ontology (entities with lookupLabel and center).
#pragma once
#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "delimited.hpp"
#include "text.hpp"

namespace files {

struct Atlas {
  std::vector<std::string> labels;
  std::vector<double> xyz;  // [n * 3], empty unless every entity has a center
};

// The entities in the order of their lookupLabel, which is the order of matrix rows. Only the keys name, lookupLabel,
// x, y and z are read, so this is no YAML parser: it needs one key per line. Throws std::runtime_error naming `file`.
inline Atlas parse_atlas_yaml(std::string_view text, const std::string& file) {
  struct Entity {
    std::string name;
    double order = -1;
    std::vector<double> xyz;
  };
  std::vector<Entity> entities;
  bool is_inside = false;
  for (const auto& row : read_delimited(text, file).rows) {
    const std::string_view line = row.line;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon)), value = trim(line.substr(colon + 1));
    if (key == "entities") is_inside = true;
    if (!is_inside || value.empty()) continue;
    if (key == "name") {
      entities.push_back({std::string(value), -1, {}});
    } else if (!entities.empty() && (key == "lookupLabel" || key == "x" || key == "y" || key == "z")) {
      const auto number = to_number(value);
      if (!number)
        throw std::runtime_error(
            say(file, ", line ", row.number, ": '", value, "' is not a number; '", key, "' needs one"));
      if (key == "lookupLabel")
        entities.back().order = *number;
      else
        entities.back().xyz.push_back(*number);
    }
  }
  if (entities.empty())
    throw std::runtime_error(say(file, " has no entities with a name; give an atlas description or a list of labels"));
  std::ranges::stable_sort(entities, {}, &Entity::order);
  Atlas atlas;
  for (const auto& e : entities) {
    atlas.labels.push_back(e.name);
    if (e.xyz.size() == 3) atlas.xyz.insert(atlas.xyz.end(), e.xyz.begin(), e.xyz.end());
  }
  if (atlas.xyz.size() != 3 * atlas.labels.size()) atlas.xyz.clear();
  return atlas;
}

}  // namespace files
