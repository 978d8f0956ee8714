// Reads numpy's npy format (versions 1 to 3; numpy/lib/format.py documents it): numbers in up to two dimensions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace files {

struct NpyArray {
  std::vector<size_t> shape;
  std::vector<double> values;  // row-major whatever the file says
};

// Element types: bool, signed and unsigned integers of 1 to 8 bytes, floats of 4 and 8 bytes, either byte order. Throws
// std::runtime_error naming `file`.
NpyArray read_npy(std::string_view bytes, const std::string& file);

}  // namespace files
