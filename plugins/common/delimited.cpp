// Reads delimited text into cells.
#include "delimited.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "text.hpp"

namespace files {
namespace {

std::vector<std::string> split(std::string_view line, char delimiter) {
  std::vector<std::string> cells;
  size_t i = 0;
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  for (;;) {
    while (i < line.size() && is_blank(line[i]) && line[i] != delimiter) ++i;
    if (delimiter == ' ') {
      while (i < line.size() && is_blank(line[i])) ++i;
      if (i == line.size()) return cells;
    }
    std::string cell;
    if (i < line.size() && line[i] == '"') {
      for (++i; i < line.size(); ++i) {
        if (line[i] != '"') {
          cell += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == '"') {
          cell += line[i++];
        } else {
          ++i;
          break;
        }
      }
      while (i < line.size() && line[i] != delimiter && !(delimiter == ' ' && is_blank(line[i]))) ++i;
    } else {
      const size_t start = i;
      while (i < line.size() && line[i] != delimiter && !(delimiter == ' ' && is_blank(line[i]))) ++i;
      cell = trim(line.substr(start, i - start));
    }
    cells.push_back(std::move(cell));
    if (i >= line.size()) return cells;
    ++i;  // the delimiter
  }
}

// The number of cells the delimiter gives every line, 0 if they differ.
size_t even_cells(const std::vector<DelimitedText::Row>& rows, char delimiter) {
  constexpr size_t enough = 200;
  const size_t last = std::min(rows.size(), enough) - 1;
  const size_t n = split(rows[last].line, delimiter).size();
  for (size_t r = 0; r < last; ++r) {
    const size_t here = split(rows[r].line, delimiter).size();
    if (here != n && !(r == 0 && here + 1 == n)) return 0;
  }
  return n;
}

}  // namespace

DelimitedText read_delimited(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.find('\0') != std::string_view::npos)
    throw std::runtime_error(say(file, " is not a text file (it contains zero bytes); give csv, tsv or plain text"));
  DelimitedText out;
  size_t number = 0;
  while (!bytes.empty()) {
    const size_t end = bytes.find_first_of("\r\n");
    const std::string_view line = trim(bytes.substr(0, end));
    ++number;
    const bool is_comment = line.starts_with('#') || line.starts_with('%');
    if (!line.empty() && !is_comment) {
      // A leading or trailing tab, comma or semicolon is an empty cell and must survive the trimming of blanks.
      std::string_view raw = bytes.substr(0, end);
      while (!raw.empty() && raw.back() == ' ') raw.remove_suffix(1);
      while (!raw.empty() && raw.front() == ' ') raw.remove_prefix(1);
      out.rows.push_back({{}, std::string(raw), number});
    }
    if (end == std::string_view::npos) break;
    const bool is_crlf = bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n';
    bytes.remove_prefix(end + (is_crlf ? 2 : 1));
  }
  if (out.rows.empty()) return out;
  size_t most = 1;
  for (const char candidate : std::array{'\t', ';', ',', ' '}) {
    if (candidate == ' ' && most > 1) break;  // blanks within cells
    const size_t n = even_cells(out.rows, candidate);
    if (n > most) most = n, out.delimiter = candidate;
  }
  if (most ==
      1) {  // uneven lines or one cell a line: take the first delimiter that occurs, so that errors can say where
    for (const char candidate : std::array{'\t', ';', ',', ' '}) {
      if (out.rows.front().line.find(candidate) == std::string::npos) continue;
      out.delimiter = candidate;
      break;
    }
  }
  bool ends_empty = true;  // a delimiter at the end of every line, as some programs write
  for (auto& row : out.rows) {
    row.cells = split(row.line, out.delimiter), row.line = trim(row.line);
    ends_empty = ends_empty && row.cells.size() > 1 && row.cells.back().empty();
  }
  if (ends_empty)
    for (auto& row : out.rows) row.cells.pop_back();
  return out;
}

}  // namespace files
