// Columns that line up in a terminal.
#pragma once
#include <string>
#include <vector>

namespace encephagen {

enum class Colour { none, good, bad, unclear, faint };

struct Cell {
  std::string text;  // UTF-8; one column per code point is assumed
  Colour colour = Colour::none;
};

// The header, a rule and the rows, each line ending with \n and without trailing blanks. `right`: columns flushed
// right. Colours are written as ANSI codes if `use_colour`.
std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<Cell>>& rows,
                       const std::vector<bool>& right, bool use_colour);

// `text` in that colour, or as it is.
std::string coloured(const std::string& text, Colour colour, bool use_colour);

// "0.0312"; "" for NaN.
std::string number_cell(double v);

}  // namespace encephagen
