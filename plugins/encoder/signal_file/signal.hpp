// A signal over time from a file: one column per unit, one row per interval.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace core {

class Signal {
 public:
  Signal() = default;
  // Reads .npy, of one dimension (one column) or two, or delimited text with or without a line of names. Throws
  // std::runtime_error naming file, line and reason: unreadable, empty, no finite number, lines of different lengths.
  explicit Signal(const std::string& file);

  size_t rows() const { return n_columns_ > 0 ? values_.size() / n_columns_ : 0; }
  size_t columns() const { return n_columns_; }
  double at(size_t row, size_t column) const { return values_[row * n_columns_ + column]; }

 private:
  size_t n_columns_ = 0;
  std::vector<double> values_;
};

}  // namespace core
