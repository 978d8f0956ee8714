// Classes of places for edges, such as intervals of length: an edge is swapped with edges of its class, into places of
// its class.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace null_model {

struct EdgeClasses {
  static constexpr uint8_t frozen = 255;  // an edge here is left where it is, and none is moved here
  size_t n_regions;
  std::vector<uint8_t> of;  // [target, source]; symmetric where the graph is undirected

  explicit EdgeClasses(size_t n) : n_regions(n), of(n * n, 0) {}
  uint8_t& at(size_t target, size_t source) { return of[target * n_regions + source]; }
  uint8_t at(size_t target, size_t source) const { return of[target * n_regions + source]; }
};

}  // namespace null_model
