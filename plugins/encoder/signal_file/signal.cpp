// A signal over time from a file.
#include "signal.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "delimited.hpp"
#include "npy.hpp"
#include "text.hpp"

namespace core {

Signal::Signal(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(files::say("cannot read '", file, "'"));
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (file.ends_with(".npy")) {
    auto array = files::read_npy(bytes, file);
    n_columns_ = array.shape.size() == 2 ? array.shape[1] : 1;
    values_ = std::move(array.values);
    for (size_t k = 0; k < values_.size(); ++k)
      if (!std::isfinite(values_[k]))
        throw std::runtime_error(
            files::say(file, ": row ", k / n_columns_ + 1, ", column ", k % n_columns_ + 1, " is not a finite number"));
  } else {
    const auto table = files::read_delimited(bytes, file);
    const auto is_name = [](const std::string& cell) { return !files::to_number(cell); };
    for (size_t k = 0; k < table.rows.size(); ++k) {
      const auto& row = table.rows[k];
      if (k == 0 && std::ranges::all_of(row.cells, is_name)) {
        n_columns_ = row.cells.size();
        continue;
      }
      if (n_columns_ == 0) n_columns_ = row.cells.size();
      if (row.cells.size() != n_columns_)
        throw std::runtime_error(files::say(file, ":", row.number, ": ", row.cells.size(), " numbers, not ", n_columns_,
                                            " as above: '", row.line, "'"));
      for (const auto& cell : row.cells) {
        const auto value = files::to_number(cell);
        if (!value || !std::isfinite(*value))
          throw std::runtime_error(files::say(file, ":", row.number, ": '", cell, "' is not a finite number"));
        values_.push_back(*value);
      }
    }
  }
  if (values_.empty()) throw std::runtime_error(files::say(file, ": holds no number"));
}

}  // namespace core
