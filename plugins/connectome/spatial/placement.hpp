// Where the regions of a synthetic brain lie and which functional group each belongs to.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "encephagen/sdk/random.hpp"

namespace connectomes {

using Point = std::array<double, 3>;  // x to the right, y to the front, z up

inline double distance(const Point& a, const Point& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

// One group of regions. `share` is its part of a hemisphere, after the 48 regions per hemisphere of the Regional Map
// with thalamus and basal ganglia. `anchors`: where it lies, in units of the half axes of the brain; groups on the
// surface take the regions nearest to their anchors in turn, deep ones are placed around theirs.
struct Group {
  const char* name;
  double share;
  bool is_deep;
  std::array<Point, 3> anchors;
  size_t n_anchors;
};

inline constexpr std::array<Group, 8> groups = {{
    {"prefrontal", 10.0 / 48, false, {{{0.25, 1.0, 0.1}, {}, {}}}, 1},
    {"sensory", 6.0 / 48, false, {{{0.15, -1.0, 0.0}, {0.5, -0.2, 0.85}, {0.95, -0.15, 0.0}}}, 3},  // visual, touch,
                                                                                                    // auditory
    {"motor", 4.0 / 48, false, {{{0.45, 0.2, 0.85}, {}, {}}}, 1},
    {"thalamus", 3.0 / 48, true, {{{0.15, -0.1, 0.05}, {}, {}}}, 1},
    {"basal_ganglia", 4.0 / 48, true, {{{0.3, 0.15, 0.0}, {}, {}}}, 1},
    {"hippocampus", 2.0 / 48, true, {{{0.4, -0.2, -0.3}, {}, {}}}, 1},
    {"amygdala", 1.0 / 48, true, {{{0.35, 0.1, -0.35}, {}, {}}}, 1},
    {"other", 18.0 / 48, false, {}, 0},
}};

// How many of m regions belong to each group: their shares rounded by largest remainder, and at least one each while
// regions last, in the order of the list.
inline std::array<size_t, groups.size()> group_sizes(size_t m) {
  std::array<size_t, groups.size()> sizes{};
  std::array<double, groups.size()> missing{};
  size_t given = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    missing[g] = groups[g].share * static_cast<double>(m);
    if (given < m) sizes[g] = 1, ++given, missing[g] -= 1;
  }
  while (given < m) {
    const auto next = static_cast<size_t>(std::ranges::max_element(missing) - missing.begin());
    ++sizes[next], ++given, missing[next] -= 1;
  }
  return sizes;
}

struct Hemisphere {
  std::vector<Point> centres_mm;   // of the right side: x > 0
  std::vector<std::string> group;  // in the order of `groups`
};

// Surface regions: uniform in the shell between `shell` and 1 times the ellipsoid with the given half axes, each the
// best of twelve candidates, the one farthest from those before it (Mitchell 1991), so that regions tile the shell.
// Deep regions: uniform in balls of 0.12 half axes around their anchors. Nothing lies within 0.03 half axes of the
// midline.
inline Hemisphere place_hemisphere(size_t m, const Point& half_axes_mm, double shell, eg::Random& random) {
  const auto scaled = [&](const Point& p) {
    return Point{p[0] * half_axes_mm[0], p[1] * half_axes_mm[1], p[2] * half_axes_mm[2]};
  };
  const auto in_ball = [&](double inner) {  // uniform in volume between radius `inner` and 1
    const Point direction = {random.normal(), random.normal(), random.normal()};
    const double norm = std::hypot(direction[0], direction[1], direction[2]);
    const double radius = std::cbrt(random.uniform(inner * inner * inner, 1.0));
    return Point{direction[0] / norm * radius, direction[1] / norm * radius, direction[2] / norm * radius};
  };
  constexpr double midline = 0.03;
  const auto sizes = group_sizes(m);
  size_t n_surface = 0;
  for (size_t g = 0; g < groups.size(); ++g) n_surface += groups[g].is_deep ? 0 : sizes[g];

  std::vector<Point> surface;
  while (surface.size() < n_surface) {
    Point best{};
    double best_distance = -1;
    for (int candidate = 0; candidate < 12; ++candidate) {
      Point p = in_ball(shell);
      p[0] = std::abs(p[0]);
      if (p[0] < midline) continue;
      p = scaled(p);
      double nearest = std::numeric_limits<double>::infinity();
      for (const Point& other : surface) nearest = std::min(nearest, distance(p, other));
      if (nearest > best_distance) best = p, best_distance = nearest;
    }
    if (best_distance > 0) surface.push_back(best);
  }

  Hemisphere out;
  for (size_t g = 0; g < groups.size(); ++g) {
    for (size_t k = 0; k < sizes[g]; ++k) {
      Point p{};
      if (groups[g].is_deep) {
        do {
          const Point offset = in_ball(0);
          for (size_t axis = 0; axis < 3; ++axis) p[axis] = groups[g].anchors[0][axis] + 0.12 * offset[axis];
        } while (p[0] < midline);
        p = scaled(p);
      } else {
        auto nearest = surface.begin();
        if (groups[g].n_anchors > 0) {
          const Point anchor = scaled(groups[g].anchors[k % groups[g].n_anchors]);
          nearest = std::ranges::min_element(surface, {}, [&](const Point& q) { return distance(q, anchor); });
        }
        p = *nearest;
        surface.erase(nearest);
      }
      out.centres_mm.push_back(p);
      out.group.emplace_back(groups[g].name);
    }
  }
  return out;
}

}  // namespace connectomes
