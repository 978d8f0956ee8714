// Columns that line up in a terminal.
#include "experiment/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace encephagen {
namespace {

size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string coloured(const std::string& text, Colour colour, bool use_colour) {
  static constexpr const char* codes[] = {"", "32", "31", "33", "2"};
  if (!use_colour || colour == Colour::none) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<size_t>(colour)], text);
}

std::string number_cell(double v) { return std::isnan(v) ? "" : fmt::format("{:.4g}", v); }

std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<Cell>>& rows,
                       const std::vector<bool>& right, bool use_colour) {
  std::vector<size_t> widths;
  for (const auto& h : header) widths.push_back(width_of(h));
  for (const auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c].text));
  const auto line = [&](const std::vector<Cell>& cells) {
    std::string out;
    for (size_t c = 0; c < cells.size(); ++c) {
      const std::string pad(widths[c] - width_of(cells[c].text), ' ');
      const auto text = coloured(cells[c].text, cells[c].colour, use_colour);
      out += (c > 0 ? "  " : "") + (right[c] ? pad + text : text + pad);
    }
    return trimmed(std::move(out));
  };
  std::vector<Cell> names, rules;
  for (size_t c = 0; c < header.size(); ++c) {
    names.push_back({header[c], Colour::none});
    rules.push_back({std::string(widths[c], '-'), Colour::faint});
  }
  std::string out = line(names) + line(rules);
  for (const auto& row : rows) out += line(row);
  return out;
}

}  // namespace encephagen
