// Inputs that may be given as a dataset or as a file.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

#include "text.hpp"

namespace files {

// The one of `dataset` and `file` that is given. Throws std::runtime_error when both are, or when none is and it is
// needed.
inline std::string one_of(std::string_view dataset_name, std::string_view dataset, std::string_view file_name,
                          std::string_view file, bool is_needed) {
  if (!dataset.empty() && !file.empty())
    throw std::runtime_error(say("'", dataset_name, "' and '", file_name, "' are both given; leave one out"));
  if (dataset.empty() && file.empty() && is_needed)
    throw std::runtime_error(say("neither '", dataset_name, "' nor '", file_name, "' is given; give one of them"));
  return std::string(dataset.empty() ? file : dataset);
}

}  // namespace files
