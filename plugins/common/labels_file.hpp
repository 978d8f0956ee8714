// Region labels from a text file in any of the layouts that are in use.
#pragma once
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "atlas_yaml.hpp"
#include "delimited.hpp"
#include "text.hpp"

namespace files {

inline bool is_label_word(std::string_view cell) {
  const std::string word = lower(cell);
  for (const char* w : {"label", "labels", "name", "names", "region", "regions", "region_label", "roi"})
    if (word == w) return true;
  return false;
}

// n labels from
//   a column of a table with a header, if `column` names one, else the column called label, name, region or roi;
//   one line with n cells;
//   n lines, each a label;
//   n lines "label x y z ...", where the first cell is the label and all others are numbers;
//   an atlas description of the TVB ontology (.yaml).
// Throws std::runtime_error naming `file` and what was found.
inline std::vector<std::string> parse_labels(std::string_view text, const std::string& file, std::string_view column,
                                             size_t n) {
  if (lower(file).ends_with(".yaml") || lower(file).ends_with(".yml")) return parse_atlas_yaml(text, file).labels;
  const DelimitedText in = read_delimited(text, file);
  const auto& rows = in.rows;
  if (rows.empty()) throw std::runtime_error(say(file, " is empty"));
  const auto& header = rows.front().cells;
  const auto column_under_header = [&](size_t c) {
    std::vector<std::string> labels;
    for (size_t r = 1; r < rows.size(); ++r) labels.push_back(c < rows[r].cells.size() ? rows[r].cells[c] : "");
    return labels;
  };
  if (!column.empty()) {
    const auto found = std::ranges::find_if(header, [&](const auto& cell) { return lower(cell) == lower(column); });
    if (found == header.end())
      throw std::runtime_error(say(file, " has no column '", column, "'; its first line holds ", name_list(header, 16),
                                   ": set labels_column"));
    return column_under_header(static_cast<size_t>(found - header.begin()));
  }
  if (rows.size() == 1 && header.size() == n) return header;
  const auto named = std::ranges::find_if(header, is_label_word);
  if (named != header.end() && rows.size() == n + 1)
    return column_under_header(static_cast<size_t>(named - header.begin()));
  std::vector<std::string> labels;
  for (const auto& row : rows) {
    const bool rest_is_numbers = std::all_of(row.cells.begin() + 1, row.cells.end(),
                                             [](const auto& c) { return to_number(c) || is_missing(c); });
    if (!rest_is_numbers && in.delimiter != ' ')
      throw std::runtime_error(
          say(file, ", line ", row.number,
              " has several cells and it is not clear which is the label; "
              "add a header line and set labels_column, or quote labels that contain the delimiter"));
    labels.push_back(rest_is_numbers ? row.cells.front() : row.line);
  }
  if (labels.size() != n)
    throw std::runtime_error(
        say(file, " has ", count_of(rows.size(), "line", "lines"), " for ", n,
            " regions; give one label per line, one line with all of them, or a table and labels_column"));
  return labels;
}

}  // namespace files
