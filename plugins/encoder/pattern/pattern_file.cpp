// Spike times of a pattern from a file.
#include "pattern_file.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "delimited.hpp"
#include "text.hpp"

namespace core {

PatternFile::PatternFile(const std::string& file, double length_ms) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(files::say("cannot read '", file, "'"));
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto table = files::read_delimited(bytes, file);
  const auto refuse = [&](const auto& row, const std::string& why) {
    throw std::runtime_error(files::say(file, ":", row.number, ": ", why));
  };
  if (table.rows.empty()) throw std::runtime_error(files::say(file, ": holds no line time_ms,unit"));
  const auto& header = table.rows.front();
  if (header.cells.size() != 2 || header.cells[0] != "time_ms" || header.cells[1] != "unit")
    refuse(header, files::say("the first line must be 'time_ms,unit', not '", header.line, "'"));
  std::vector<std::vector<double>> of_unit;
  for (size_t k = 1; k < table.rows.size(); ++k) {
    const auto& row = table.rows[k];
    if (row.cells.size() != 2) refuse(row, files::say("a spike is written time_ms,unit, not '", row.line, "'"));
    const auto time = files::to_number(row.cells[0]), unit = files::to_number(row.cells[1]);
    if (!time || !unit) refuse(row, files::say("a spike is written time_ms,unit, not '", row.line, "'"));
    if (!(*time >= 0 && *time < length_ms))
      refuse(row, files::say("a spike at ", *time, " ms lies outside the pattern of length_ms = ", length_ms));
    if (!(*unit >= 0 && *unit <= 1e8 && *unit == std::floor(*unit)))
      refuse(row, files::say("a unit is a whole number from 0 on, not ", *unit));
    const auto u = static_cast<size_t>(*unit);
    if (u >= of_unit.size()) of_unit.resize(u + 1);
    of_unit[u].push_back(*time);
  }
  for (auto& times : of_unit) {
    std::ranges::sort(times);
    time_ms_.insert(time_ms_.end(), times.begin(), times.end());
    first_.push_back(time_ms_.size());
  }
}

}  // namespace core
