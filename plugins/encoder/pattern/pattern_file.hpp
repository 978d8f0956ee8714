// Spike times of a pattern from a file of lines time_ms,unit.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace core {

class PatternFile {
 public:
  PatternFile() = default;
  // Reads "time_ms,unit" lines below a header of these names. Throws std::runtime_error naming file, line and reason:
  // unreadable, other columns, no number, a time outside [0, length_ms), a unit that is no whole number.
  PatternFile(const std::string& file, double length_ms);

  // Units are numbered below this.
  size_t n_units() const { return first_.size() - 1; }
  // The k-th spike of a unit in order of time, infinite when it has fewer.
  double spike_ms(uint64_t unit, uint64_t k) const {
    if (unit >= n_units() || k >= first_[unit + 1] - first_[unit]) return std::numeric_limits<double>::infinity();
    return time_ms_[first_[unit] + k];
  }

 private:
  std::vector<size_t> first_{0};  // [unit]: its first spike in time_ms_
  std::vector<double> time_ms_;
};

}  // namespace core
