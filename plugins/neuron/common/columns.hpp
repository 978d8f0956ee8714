// What stands where a value may or may not differ from unit to unit, and numbers in messages.
#pragma once
#include <cstdio>
#include <string>

namespace core {

// One value for all units, where a column could stand.
template <class Real>
struct Same {
  Real value;
};
// The factor that changes nothing; compilers drop it.
struct One {};

inline std::string text(double x) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", x);
  return buffer;
}

}  // namespace core
