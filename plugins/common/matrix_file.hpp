// A matrix with what its file says about rows and columns, read from text, npy, npz or MATLAB files.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace files {

struct Matrix {
  size_t rows = 0, columns = 0;
  std::vector<double> values;                          // row-major
  std::vector<std::string> row_labels, column_labels;  // from the first column and row of a text file; else empty
  std::string file;                                    // for messages

  double at(size_t row, size_t column) const { return values[row * columns + column]; }
  bool empty() const { return values.empty(); }
  // "weights.csv: row 3 ('V1'), column 5", counted from 1 without header.
  std::string place(size_t row, size_t column) const;
};

// Text in any delimiter (see read_delimited). A first row of names is taken for column labels, a first column of names
// for row labels; so are numbers that count from 0 or 1 when the shape leaves no other reading (one row or column too
// many for a square). Throws std::runtime_error with file, line and cell of what is not a number.
Matrix parse_matrix(std::string_view text, const std::string& file);

// By extension: .npy, .npz, .mat, else text (.csv, .tsv, .txt, ..., also followed by .bz2). `variable` names the array
// of an npz or mat file; with an empty name the only one is taken (npz: or the one called arr_0).
Matrix read_matrix(const std::filesystem::path& path, const std::string& variable = "");

}  // namespace files
