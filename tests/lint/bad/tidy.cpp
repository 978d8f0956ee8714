// Three mistakes that clang-tidy must find, so that we know that it looks.
#include <string>
#include <utility>

std::string moved_twice(std::string name) {
  const std::string first = std::move(name);
  return first + name;
}

int* nothing() { return 0; }

size_t length(const std::string text) { return text.size(); }
