// A table of regions and its match with the regions of a connectome.
#include "region_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "archive.hpp"
#include "delimited.hpp"
#include "hemisphere.hpp"
#include "text.hpp"

namespace connectomes {

using namespace files;
namespace {

constexpr size_t no_row = std::string::npos;

size_t column_of(const RegionTable& table, std::string_view name) {
  for (size_t c = 0; c < table.columns.size(); ++c)
    if (lower(table.columns[c]) == lower(name)) return c;
  return no_row;
}

size_t needed_column(const RegionTable& table, std::string_view name, std::string_view parameter) {
  const size_t c = column_of(table, name);
  if (c == no_row)
    throw std::runtime_error(say("region table ", table.file, " has no column '", name, "'; it has ",
                                 name_list(table.columns, 16), ": set ", parameter));
  return c;
}

eg::Connectome::Attribute attribute_of(const std::string& name, const std::vector<std::string>& cells) {
  eg::Connectome::Attribute a{name, {}, {}};
  const bool is_text = name == "hemisphere" || name == "group";
  bool has_number = false, has_text = is_text;
  for (const auto& cell : cells) {
    const auto value = to_number(cell);
    if (value && std::isfinite(*value))
      has_number = true;
    else if (!is_missing(cell))
      has_text = true;
  }
  if (has_text || !has_number) {
    a.texts = cells;
  } else {
    for (const auto& cell : cells)
      a.numbers.push_back(is_missing(cell) ? std::numeric_limits<double>::quiet_NaN() : *to_number(cell));
  }
  return a;
}

void put(eg::Connectome& to, eg::Connectome::Attribute a) {
  for (auto& existing : to.attributes)
    if (existing.name == a.name) return existing = std::move(a), void();
  to.attributes.push_back(std::move(a));
}

void fill_centres(eg::Connectome& to, const RegionTable& table) {
  if (!to.centres_mm.empty()) return;
  std::vector<double> centres(to.size() * 3);
  size_t axis = 0;
  for (const char* name : {"x", "y", "z"}) {
    const auto* a = to.attribute(name);
    if (!a || a->numbers.empty() || std::ranges::any_of(a->numbers, [](double v) { return std::isnan(v); })) return;
    for (size_t i = 0; i < to.size(); ++i) centres[i * 3 + axis] = a->numbers[i];
    ++axis;
  }
  to.centres_mm = std::move(centres);
  to.history.emplace_back("centres_mm", say("columns x, y, z of ", table.file));
}

}  // namespace

RegionTable parse_region_table(std::string_view text, const std::string& file) {
  DelimitedText in = read_delimited(text, file);
  if (in.rows.size() < 2)
    throw std::runtime_error(say("region table ", file, " needs a header line and at least one region"));
  RegionTable table{file, in.rows.front().cells, {}};
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].empty()) table.columns[c] = say("column_", c + 1);
    if (column_of(table, table.columns[c]) != c)
      throw std::runtime_error(
          say("region table ", file, " has the column '", table.columns[c], "' twice; rename one"));
  }
  for (size_t r = 1; r < in.rows.size(); ++r) {
    auto& row = in.rows[r];
    if (row.cells.size() > table.columns.size())
      throw std::runtime_error(say("region table ", file, ", line ", row.number, " has ", row.cells.size(),
                                   " cells, the header has ", table.columns.size(),
                                   "; quote cells that contain the delimiter"));
    row.cells.resize(table.columns.size());
    table.cells.push_back(std::move(row.cells));
  }
  return table;
}

RegionTable read_region_table(const std::string& path) {
  return parse_region_table(read_file(path), std::filesystem::path(path).filename().string());
}

std::vector<size_t> match_regions(const RegionTable& table, std::span<const std::string> labels, std::string_view key,
                                  TableMatch how, Unmatched unmatched) {
  const size_t column = needed_column(table, key, "region_table_label");
  std::map<std::string, size_t> rows;
  for (size_t r = 0; r < table.cells.size(); ++r) {
    std::string name = lower(table.cells[r][column]);
    if (name.empty()) continue;
    if (how == TableMatch::row) {
      const auto number = to_number(name);
      if (!number || *number < 0 || *number != std::floor(*number))
        throw std::runtime_error(say("region table ", table.file, ", row ", r + 1, ": '", name, "' in column '", key,
                                     "' is not a row number from 0"));
      name = show(*number);
    }
    if (!rows.emplace(name, r).second)
      throw std::runtime_error(say("region table ", table.file, " describes '", table.cells[r][column],
                                   "' twice (rows ", rows[name] + 1, " and ", r + 1, "); keep one"));
  }
  std::vector<size_t> out;
  std::vector<std::string> missing;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto found = rows.find(how == TableMatch::row ? std::to_string(i) : lower(labels[i]));
    out.push_back(found == rows.end() ? no_row : found->second);
    if (found == rows.end()) missing.push_back(labels[i]);
  }
  if (missing.size() == labels.size())
    throw std::runtime_error(say("region table ", table.file, " describes none of the regions: column '", key,
                                 "' holds '", table.cells.front()[column], "', the first region is '", labels.front(),
                                 "'; set region_table_label to the column with the labels"));
  if (!missing.empty() && unmatched == Unmatched::refuse)
    throw std::runtime_error(say(
        "region table ", table.file, " has no row for ", missing.size(), " of ", labels.size(), " regions: ",
        name_list(missing), "; add them, or say region_table_unmatched = \"keep\" to leave their attributes empty"));
  return out;
}

void add_attributes(eg::Connectome& to, const RegionTable& table, std::span<const size_t> row_of_region,
                    std::string_view key, std::string_view group) {
  const size_t key_column = needed_column(table, key, "region_table_label");
  size_t group_column = no_row;
  if (!group.empty()) {
    group_column = needed_column(table, group, "group_column");
  } else {
    group_column = column_of(table, "group");
    if (group_column == no_row) group_column = column_of(table, "functional_group");
  }
  const auto column = [&](size_t c) {
    std::vector<std::string> cells;
    for (const size_t row : row_of_region) cells.push_back(row == no_row ? std::string() : table.cells[row][c]);
    return cells;
  };
  std::vector<std::string> added;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (c == key_column) continue;
    std::string name = table.columns[c];
    auto cells = column(c);
    if (lower(name) == "hemisphere") {
      name = "hemisphere";
      const auto* known = to.attribute("hemisphere");
      for (size_t i = 0; i < cells.size(); ++i) {
        std::string side = hemisphere_word(cells[i]);
        if (side.empty())
          throw std::runtime_error(
              say("region table ", table.file, ": hemisphere '", cells[i], "' is not left, right or both"));
        if (row_of_region[i] == no_row && known && !known->texts.empty()) side = known->texts[i];
        cells[i] = std::move(side);
      }
      to.history.emplace_back("hemisphere", say("column ", table.columns[c], " of ", table.file));
    }
    if (lower(name) == "group") name = "group";
    put(to, attribute_of(name, cells));
    added.push_back(name);
  }
  if (group_column != no_row) {
    put(to, attribute_of("group", column(group_column)));
    to.history.emplace_back("group", say("column ", table.columns[group_column], " of ", table.file));
  }
  const auto matched = static_cast<size_t>(std::ranges::count_if(row_of_region, [](size_t r) { return r != no_row; }));
  to.history.emplace_back("region_table", say(table.file, ": ", matched, " of ", to.size(), " regions, attributes ",
                                              name_list(added, added.size())));
  fill_centres(to, table);
}

}  // namespace connectomes
