// A table of regions (csv or tsv with a header) and its match with the regions of a connectome.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encephagen/sdk/connectome.hpp"

namespace connectomes {

enum class TableMatch { label, row };
enum class Unmatched { refuse, keep };

struct RegionTable {
  std::string file;                             // for messages
  std::vector<std::string> columns;             // header
  std::vector<std::vector<std::string>> cells;  // [row][column]
};

// Throws std::runtime_error when there is no header, a name stands twice in it, or a line is longer than it.
RegionTable parse_region_table(std::string_view text, const std::string& file);
RegionTable read_region_table(const std::string& path);

// Which row of the table describes each region, std::string::npos if none. `key` is the column with the labels
// (compared without regard to case) or the row numbers of the matrix (from 0; empty: not in this matrix). Throws
// std::runtime_error that names the regions without a row unless `unmatched` is keep.
std::vector<size_t> match_regions(const RegionTable& table, std::span<const std::string> labels, std::string_view key,
                                  TableMatch how, Unmatched unmatched);

// Every column but the key as an attribute: numbers if every cell in use is one (missing cells are NaN), else text. The
// columns "hemisphere" and "group" are special: sides become "left", "right", "both"; groups are always text. An empty
// `group` takes the column "group", else "functional_group", if there is one. Attributes that exist are replaced.
// What was done goes into the history. Empty coordinates are filled from columns x, y, z if they are complete.
void add_attributes(eg::Connectome& to, const RegionTable& table, std::span<const size_t> row_of_region,
                    std::string_view key, std::string_view group);

}  // namespace connectomes
