// A connectome that is sound in every respect, as a ground in which tests plant one defect each.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "encephagen/sdk/connectome.hpp"
#include "encephagen/sdk/random.hpp"

namespace encephagen::testing {

struct BrainOptions {
  size_t n_cortex = 30;  // per hemisphere
  bool is_directed = false;
  bool has_basal_ganglia =
      false;  // caudate, putamen, pallidum, thalamus: cortex to striatum to pallidum to thalamus to cortex
  uint64_t seed = 1;
};

// Labels L_NAME, R_NAME with names in no particular order; right centres are mirrored left ones with some noise;
// weights fall with distance and spread over orders of magnitude; partners are linked; tracts are 1.3 times the
// distance.
inline eg::Connectome brain(const BrainOptions& o = {}) {
  eg::Random r(o.seed, "brain");
  std::vector<std::string> names;
  while (names.size() < o.n_cortex) {
    std::string name;
    for (int k = 0; k < 3; ++k) name += "bdfgkmnpstvz"[r.below(12)], name += "aeiou"[r.below(5)];
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  if (o.has_basal_ganglia) names.insert(names.end(), {"caudate", "putamen", "pallidum", "thalamus"});
  const size_t half = names.size(), n = 2 * half;
  eg::Connectome c;
  c.centres_mm.resize(3 * n);
  for (size_t i = 0; i < half; ++i) {
    const double x = r.uniform(-65, -5), y = r.uniform(-90, 60), z = r.uniform(-30, 70);
    for (const auto& [region, side] : {std::pair{i, 1.0}, std::pair{half + i, -1.0}}) {
      const std::array<double, 3> at = {side * x + r.normal(), y + r.normal(), z + r.normal()};
      std::ranges::copy(at, c.centres_mm.begin() + static_cast<std::ptrdiff_t>(3 * region));
    }
  }
  for (const char* side : {"L_", "R_"})
    for (const auto& name : names) c.labels.push_back(side + name);
  c.weights.assign(n * n, 0.0);
  c.lengths_mm.assign(n * n, 0.0);
  const auto distance = [&](size_t i, size_t j) {
    double square = 0;
    for (size_t k = 0; k < 3; ++k) square += std::pow(c.centres_mm[3 * i + k] - c.centres_mm[3 * j + k], 2);
    return std::sqrt(square);
  };
  // Both hemispheres draw the same weights, with some noise of their own.
  std::vector<double> shared(half * half);
  for (double& v : shared) v = std::exp(0.7 * r.normal());
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < i; ++j) {
      const bool same_side = i / half == j / half, partners = i == j + half;
      const double length = distance(i, j) * (1.3 + 0.1 * r.uniform());
      c.lengths_mm[i * n + j] = c.lengths_mm[j * n + i] = length;
      for (const auto& [a, b] : {std::pair{i, j}, std::pair{j, i}}) {
        const size_t x = a % half, y = b % half;
        const double common = o.is_directed ? shared[x * half + y] : shared[std::max(x, y) * half + std::min(x, y)];
        double w = common * std::exp(-length / 25);
        if (!same_side) w = partners ? 0.2 * common : (common > 2 ? 0.05 * w : 0);
        c.weight(a, b) = w;
      }
      const double noise = std::exp(0.3 * r.normal());
      c.weight(i, j) *= noise, c.weight(j, i) *= noise;
    }
  if (!o.has_basal_ganglia) return c;
  // Deep regions are wired by anatomy alone.
  for (size_t side = 0; side < 2; ++side) {
    const size_t first = side * half, caudate = first + o.n_cortex, putamen = caudate + 1, pallidum = caudate + 2,
                 thalamus = caudate + 3;
    for (size_t deep = caudate; deep <= thalamus; ++deep)
      for (size_t j = 0; j < n; ++j) c.weight(deep, j) = c.weight(j, deep) = 0;
    for (size_t k = 0; k < o.n_cortex; ++k) {
      c.weight(caudate, first + k) = 0.1 + 0.1 * r.uniform();
      c.weight(putamen, first + k) = 0.1 + 0.1 * r.uniform();
      c.weight(first + k, thalamus) = c.weight(thalamus, first + k) = 0.1 + 0.1 * r.uniform();
    }
    c.weight(pallidum, caudate) = c.weight(pallidum, putamen) = c.weight(thalamus, pallidum) = 0.3;
  }
  return c;
}

// The connectome whose row k holds what was in row from[k]; labels, centres and lengths stay.
inline eg::Connectome with_rows(const eg::Connectome& c, const std::vector<size_t>& from) {
  eg::Connectome out = c;
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) out.weight(i, j) = c.weight(from[i], from[j]);
  return out;
}

inline std::vector<size_t> as_they_are(size_t n) {
  std::vector<size_t> out(n);
  std::iota(out.begin(), out.end(), size_t{0});
  return out;
}

inline eg::Connectome transposed(const eg::Connectome& c) {
  eg::Connectome out = c;
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) out.weight(i, j) = c.weight(j, i);
  return out;
}

}  // namespace encephagen::testing
