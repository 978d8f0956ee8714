// Asks for memory before it is read. Rows of synapses lie all over memory, and a spike tells early which comes next.
#pragma once
#include <algorithm>
#include <cstddef>

namespace encephagen {

// The first lines of [p, p + n): of longer rows the processor foresees the rest by itself.
template <class T>
void prefetch(const T* p, size_t n) {
  constexpr size_t line = 64 / sizeof(T);
  for (size_t k = 0; k < std::min<size_t>(n, 6 * line); k += line) __builtin_prefetch(p + k, 0, 2);
}

}  // namespace encephagen
