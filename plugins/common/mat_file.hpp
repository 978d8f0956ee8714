// Reads real two-dimensional arrays from MATLAB files (levels 4, 5 and 7.3).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace files {

struct MatArray {
  std::string name;
  size_t rows = 0, columns = 0;
  std::vector<double> values;  // row-major
};

// The variable of that name; with an empty name the only numeric matrix of the file that has more than one row and
// column. Sparse and logical matrices become full numbers. Throws std::runtime_error that lists what the file holds.
MatArray read_mat(const std::filesystem::path& path, const std::string& variable);

}  // namespace files
