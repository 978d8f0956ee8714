// Numbers in messages.
#pragma once
#include <cstdio>
#include <string>

namespace core {

inline std::string text(double x) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", x);
  return buffer;
}

}  // namespace core
