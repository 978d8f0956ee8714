// Reads matrices from text, npy, npz and MATLAB files.
#include "matrix_file.hpp"

#include <algorithm>
#include <stdexcept>

#include "archive.hpp"
#include "delimited.hpp"
#include "mat_file.hpp"
#include "npy.hpp"
#include "text.hpp"

namespace files {
namespace {

// A cell that can only be a name: neither a number nor the mark of a missing one.
bool is_name(const std::string& cell) { return !is_missing(cell) && !to_number(cell); }

using Row = DelimitedText::Row;

// Numbers are believed to be labels only if they count the regions from 0 or 1.
bool could_be_labels(const std::vector<std::string>& cells) {
  if (std::ranges::all_of(cells, is_name)) return true;
  const auto first = to_number(cells.front());
  if (!first || (*first != 0 && *first != 1)) return false;
  for (size_t k = 0; k < cells.size(); ++k)
    if (to_number(cells[k]) != *first + static_cast<double>(k)) return false;
  return true;
}

bool has_header(const std::vector<Row>& rows) {
  const auto& first = rows.front().cells;
  const auto names = static_cast<size_t>(std::ranges::count_if(first, is_name));
  if (2 * names > first.size()) return true;
  if (rows.size() < 2) return false;
  const bool has_corner = first.front().empty() && rows.size() == first.size();  // ",0,1,2" as pandas writes it
  const bool lacks_corner = first.size() + 1 == rows[1].cells.size();            // "V1 V2 V3" as R writes it
  const bool is_extra = rows.size() == first.size() + 1;
  if (!has_corner && !lacks_corner && !is_extra) return false;
  return could_be_labels({first.begin() + (has_corner ? 1 : 0), first.end()});
}

Matrix from_npy(std::string_view bytes, const std::string& file) {
  NpyArray a = read_npy(bytes, file);
  Matrix m;
  m.rows = a.shape.size() == 2 ? a.shape[0] : 1;
  m.columns = a.shape.back();
  m.values = std::move(a.values);
  m.file = file;
  return m;
}

Matrix from_npz(const std::filesystem::path& path, const std::string& variable) {
  const FileSet members(path);
  std::vector<std::string> arrays;
  for (const auto& name : members.names())
    if (name.ends_with(".npy")) arrays.push_back(name.substr(0, name.size() - 4));
  const std::string file = path.filename().string();
  const auto holds = [&](const std::string& name) { return std::ranges::find(arrays, name) != arrays.end(); };
  std::string chosen = variable;
  if (chosen.empty() && arrays.size() == 1) chosen = arrays.front();
  if (chosen.empty() && holds("arr_0")) chosen = "arr_0";
  if (arrays.empty()) throw std::runtime_error(say(file, " holds no arrays"));
  if (chosen.empty())
    throw std::runtime_error(say(file, " holds several arrays: name one of ", name_list(arrays), " as its variable"));
  if (!holds(chosen)) throw std::runtime_error(say(file, " has no array '", chosen, "'; it holds ", name_list(arrays)));
  return from_npy(members.read(chosen + ".npy"), say(chosen, " of ", file));
}

}  // namespace

std::string Matrix::place(size_t row, size_t column) const {
  const auto label = [](const std::vector<std::string>& labels, size_t i) {
    return i < labels.size() ? say(" ('", labels[i], "')") : std::string();
  };
  return say(file, ": row ", row + 1, label(row_labels, row), ", column ", column + 1, label(column_labels, column));
}

Matrix parse_matrix(std::string_view text, const std::string& file) {
  DelimitedText in = read_delimited(text, file);
  if (in.rows.empty()) throw std::runtime_error(say(file, " is empty"));
  Matrix m;
  m.file = file;
  size_t first_row = 0, first_column = 0;
  if (has_header(in.rows)) {
    m.column_labels = in.rows.front().cells;
    first_row = 1;
  }
  if (in.rows.size() == first_row) throw std::runtime_error(say(file, " has a header and nothing below it"));
  const size_t width = in.rows[first_row].cells.size();
  m.rows = in.rows.size() - first_row;
  const auto named =
      static_cast<size_t>(std::count_if(in.rows.begin() + static_cast<std::ptrdiff_t>(first_row), in.rows.end(),
                                        [](const Row& row) { return is_name(row.cells.front()); }));
  std::vector<std::string> first_cells;
  for (size_t r = first_row; r < in.rows.size(); ++r) first_cells.push_back(in.rows[r].cells.front());
  if (2 * named > m.rows || (width == m.rows + 1 && could_be_labels(first_cells))) {
    first_column = 1;
    m.row_labels = std::move(first_cells);
    if (m.column_labels.size() == width) m.column_labels.erase(m.column_labels.begin());
  }
  m.columns = width - first_column;
  m.values.reserve(m.rows * m.columns);
  for (size_t r = first_row; r < in.rows.size(); ++r) {
    const Row& row = in.rows[r];
    if (row.cells.size() != width)
      throw std::runtime_error(say(file, ", line ", row.number, " has ", count_of(row.cells.size(), "cell", "cells"),
                                   " where line ", in.rows[first_row].number, " has ", width,
                                   "; make all lines equally long"));
    for (size_t c = first_column; c < width; ++c) {
      const auto value = to_number(row.cells[c]);
      if (!value)
        throw std::runtime_error(say(file, ", line ", row.number, ", cell ", c + 1, ": '", row.cells[c],
                                     "' is not a number",
                                     first_row ? " (the first line was taken for column labels)" : ""));
      m.values.push_back(*value);
    }
  }
  return m;
}

Matrix read_matrix(const std::filesystem::path& path, const std::string& variable) {
  const std::string file = path.filename().string(), extension = lower(path.extension().string());
  if (!std::filesystem::exists(path)) throw std::runtime_error(say("there is no file ", path.string()));
  if (extension == ".npz") return from_npz(path, variable);
  if (extension == ".mat") {
    MatArray a = read_mat(path, variable);
    return {a.rows, a.columns, std::move(a.values), {}, {}, file};
  }
  if (!variable.empty())
    throw std::runtime_error(
        say(file, " holds no named variables: leave out '", variable, "' or give an npz or mat file"));
  if (extension == ".npy") return from_npy(read_file(path), file);
  return parse_matrix(read_file(path), file);
}

}  // namespace files
