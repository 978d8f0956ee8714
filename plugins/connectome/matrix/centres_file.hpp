// Coordinates of regions from a table, and their match with the regions of a matrix.
#pragma once
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "labels_file.hpp"

namespace connectomes {

using namespace files;

struct CentresTable {
  std::string file;
  std::vector<std::string> labels;  // empty if the file names no regions
  std::vector<double> xyz;          // [rows * 3]
};

// With a header: the columns x, y, z (also x_mm, ...) and label (name, region, roi). Without: three columns of numbers,
// or a label and three numbers. Also an atlas description of the TVB ontology (.yaml). Throws std::runtime_error with
// file and line.
inline CentresTable parse_centres_table(std::string_view text, const std::string& file) {
  if (lower(file).ends_with(".yaml") || lower(file).ends_with(".yml")) {
    Atlas atlas = parse_atlas_yaml(text, file);
    if (atlas.xyz.empty()) throw std::runtime_error(say(file, " does not give a center for every entity"));
    return {file, std::move(atlas.labels), std::move(atlas.xyz)};
  }
  const DelimitedText in = read_delimited(text, file);
  if (in.rows.empty()) throw std::runtime_error(say(file, " is empty"));
  constexpr size_t absent = std::string::npos;
  std::array<size_t, 3> axis = {absent, absent, absent};
  size_t label = absent, first_row = 1;
  const auto& header = in.rows.front().cells;
  for (size_t c = 0; c < header.size(); ++c) {
    const std::string name = lower(header[c]);
    for (size_t k = 0; k < 3; ++k)
      if (name == std::string(1, "xyz"[k]) || name == say(std::string(1, "xyz"[k]), "_mm")) axis[k] = c;
    if (label == absent && is_label_word(name)) label = c;
  }
  if (axis[0] == absent && axis[1] == absent && axis[2] == absent) {
    first_row = 0;
    const bool is_labelled = !to_number(header.front()).has_value();
    label = is_labelled ? 0 : absent;
    for (size_t k = 0; k < 3; ++k) axis[k] = k + (is_labelled ? 1 : 0);
  }
  for (size_t k = 0; k < 3; ++k)
    if (axis[k] == absent || axis[k] >= header.size())
      throw std::runtime_error(say(file, " has no column ", std::string(1, "xyz"[k]), "; it needs x, y and z in mm"));
  CentresTable out{file, {}, {}};
  for (size_t r = first_row; r < in.rows.size(); ++r) {
    const auto& row = in.rows[r];
    for (const size_t c : axis) {
      const auto value = c < row.cells.size() ? to_number(row.cells[c]) : std::nullopt;
      if (!value || !std::isfinite(*value))
        throw std::runtime_error(
            say(file, ", line ", row.number, ": '", c < row.cells.size() ? row.cells[c] : "", "' is not a coordinate"));
      out.xyz.push_back(*value);
    }
    if (label != absent) out.labels.push_back(row.cells[label]);
  }
  return out;
}

// [n * 3] in the order of `labels`. By name without regard to case where the table names regions and `by_label` is set,
// else by line. Throws std::runtime_error naming the regions without coordinates.
inline std::vector<double> centres_for(const CentresTable& table, const std::vector<std::string>& labels,
                                       bool by_label) {
  const size_t n_rows = table.xyz.size() / 3;
  if (table.labels.empty() || !by_label) {
    if (n_rows != labels.size())
      throw std::runtime_error(
          say(table.file, " has coordinates for ", n_rows, " regions, the matrix has ", labels.size()));
    return table.xyz;
  }
  std::map<std::string, size_t> row_of;
  for (size_t r = 0; r < n_rows; ++r)
    if (!row_of.emplace(lower(table.labels[r]), r).second)
      throw std::runtime_error(say(table.file, " names '", table.labels[r], "' twice; keep one"));
  std::vector<double> out;
  std::vector<std::string> missing;
  for (const auto& name : labels) {
    const auto found = row_of.find(lower(name));
    if (found == row_of.end())
      missing.push_back(name);
    else
      for (size_t k = 0; k < 3; ++k) out.push_back(table.xyz[3 * found->second + k]);
  }
  if (!missing.empty())
    throw std::runtime_error(say(table.file, " has no coordinates for ", missing.size(), " of ", labels.size(),
                                 " regions: ", name_list(missing),
                                 "; say centres_match = \"row\" if its lines are in the order of the matrix"));
  return out;
}

}  // namespace connectomes
