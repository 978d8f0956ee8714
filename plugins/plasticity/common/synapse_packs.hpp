// Loops over the synapses of a block in packs, for rules that evaluate an exponential for each of them. Every width of
// pack gives the same bits.
#pragma once
#include <encephagen/sdk/packs.hpp>
#include <encephagen/sdk/plasticity.hpp>

namespace core {

// As many synapses as T has lanes. At the end of a block the last synapse stands in the lanes that are left over; it is
// written once.
template <class T>
struct SynapsePack {
  static constexpr size_t lanes = eg::lanes_of<T>;
  const uint32_t* other;  // [lanes]
  const uint64_t* edge;   // [lanes], or null where the weights lie side by side
  double* weights;        // of synapse 0, or where edge is null of the first synapse of the pack
  size_t n;               // synapses, not counting what stands in for others

  // What a column holds for the units on the other side.
  EG_INLINE T at_other(const double* column) const {
    T x;
    for (size_t i = 0; i < lanes; ++i) x[i] = column[other[i]];
    return x;
  }
  EG_INLINE T weight() const {
    if (!edge) return eg::load<T>(weights);
    T w;
    for (size_t i = 0; i < lanes; ++i) w[i] = weights[edge[i]];
    return w;
  }
  EG_INLINE void set_weight(const T& w) const {
    if (!edge) return eg::store(weights, w);
    double values[lanes];
    eg::store(values, w);
    for (size_t i = 0; i < n; ++i) weights[edge[i]] = values[i];
  }
};

namespace detail {

template <class Body>
struct EachSynapsePack {
  const uint32_t* other;
  const uint64_t* edge;
  double* weights;
  size_t n;
  Body body;

  template <size_t bytes>
  EG_INLINE void run() const {
    // Gathering fills half the time: wider packs are slower for the twenty or so synapses of a block.
    constexpr size_t lanes = (bytes < 32 ? bytes : 32) / sizeof(double);
    using Synapses = SynapsePack<eg::Pack<lanes>>;
    size_t k = 0;
    if (edge) {
      for (; k + lanes <= n; k += lanes) body(Synapses{other + k, edge + k, weights, lanes});
    } else {
      for (; k + lanes <= n; k += lanes) body(Synapses{other + k, nullptr, weights + k, lanes});
    }
    rest<lanes>(k);
  }

 private:
  // Those that fill no pack, in the narrowest one that holds them.
  template <size_t lanes>
  EG_INLINE void rest(size_t k) const {
    if (k == n) return;
    if constexpr (lanes > 2) {
      if (n - k <= lanes / 2) return rest<lanes / 2>(k);
    }
    uint32_t last_other[lanes];
    uint64_t last_edge[lanes];
    for (size_t i = 0; i < lanes; ++i) {
      const size_t at = k + i < n ? k + i : n - 1;
      last_other[i] = other[at];
      last_edge[i] = edge ? edge[at] : at;
    }
    body(SynapsePack<eg::Pack<lanes>>{last_other, last_edge, weights, n - k});
  }
};

}  // namespace detail

// Calls body(synapses) for all synapses of the block; `body` takes a SynapsePack of any pack, captures by value and is
// marked EG_LOOP.
template <class Body>
void for_each_synapse_pack(const eg::EdgeBlock& b, Body body) {
  const auto& raw = b.raw();
  if (raw.n == 0) return;
  // The caller has just written edge and other, which lie side by side: read together they would wait until both
  // writes have left the core.
  const uint64_t* edge = raw.edge;
  __asm__("" : "+r"(edge));
  eg::run_wide(
      detail::EachSynapsePack<Body>{raw.other, edge, raw.weight + (edge ? 0 : raw.first_edge), raw.n, std::move(body)});
}

}  // namespace core
