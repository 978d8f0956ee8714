// What several tests need: where the repository and the reference data lie, and comparison of numbers with stated
// tolerances.
#pragma once
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace encephagen::testing {

// The repository; ENCEPHAGEN_SOURCE_DIR is set by CTest.
inline std::filesystem::path source_dir() {
  const char* dir = std::getenv("ENCEPHAGEN_SOURCE_DIR");
  return dir ? dir : ".";
}

// Reference data that is not part of the repository. Tests that need it are skipped where it is absent.
inline std::filesystem::path shared_dir() { return source_dir() / ".." / "shared"; }

// |a - b| <= abs + rel * max(|a|, |b|); false for NaN.
inline bool close(double a, double b, double rel, double abs) {
  return std::abs(a - b) <= abs + rel * std::fmax(std::abs(a), std::abs(b));
}

}  // namespace encephagen::testing

#define CHECK_CLOSE(a, b, rel, abs)                                                                              \
  do {                                                                                                           \
    const double close_a = (a), close_b = (b);                                                                   \
    CHECK_MESSAGE(encephagen::testing::close(close_a, close_b, rel, abs), #a " = ", close_a, ", not ", close_b); \
  } while (false)
