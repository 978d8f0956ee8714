// Minimisers of smooth functions of one and of two variables, for curve fits.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

namespace analysis {

// Golden-section search in [low, high] (Kiefer 1953); returns the place of a local minimum to within `tolerance`.
template <class F>
double golden_section(F&& f, double low, double high, double tolerance) {
  constexpr double golden = 0.6180339887498949;
  double a = high - golden * (high - low), b = low + golden * (high - low), fa = f(a), fb = f(b);
  while (high - low > tolerance) {
    if (fa < fb) {
      high = b, b = a, fb = fa;
      a = high - golden * (high - low), fa = f(a);
    } else {
      low = a, a = b, fa = fb;
      b = low + golden * (high - low), fb = f(b);
    }
  }
  return 0.5 * (low + high);
}

using Point = std::array<double, 2>;

// Downhill simplex (Nelder and Mead 1965, Comput. J. 7:308) from `start` with edges `step`. Stops when the simplex has
// shrunk to `tolerance` of the steps, or after 400 evaluations.
template <class F>
Point nelder_mead(F&& f, Point start, Point step, double tolerance = 1e-8) {
  struct Vertex {
    Point at;
    double value;
  };
  const auto vertex = [&](Point at) { return Vertex{at, f(at)}; };
  const auto blend = [](Point a, Point b, double t) {
    return Point{a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])};
  };
  std::array<Vertex, 3> v{vertex(start), vertex({start[0] + step[0], start[1]}),
                          vertex({start[0], start[1] + step[1]})};
  for (int evaluations = 3; evaluations < 400;) {
    std::ranges::sort(v, {}, &Vertex::value);
    const auto size = [&](size_t k) {
      return std::max(std::abs(v[1].at[k] - v[0].at[k]), std::abs(v[2].at[k] - v[0].at[k])) / std::abs(step[k]);
    };
    if (size(0) < tolerance && size(1) < tolerance) break;
    const Point centre = blend(v[0].at, v[1].at, 0.5);
    const Vertex reflected = vertex(blend(centre, v[2].at, -1));
    ++evaluations;
    if (reflected.value < v[0].value) {
      const Vertex expanded = vertex(blend(centre, v[2].at, -2));
      ++evaluations;
      v[2] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < v[1].value) {
      v[2] = reflected;
    } else {
      const bool outside = reflected.value < v[2].value;
      const Vertex contracted = vertex(blend(centre, v[2].at, outside ? -0.5 : 0.5));
      ++evaluations;
      if (contracted.value < std::min(reflected.value, v[2].value)) {
        v[2] = contracted;
      } else {
        v[1] = vertex(blend(v[0].at, v[1].at, 0.5));
        v[2] = vertex(blend(v[0].at, v[2].at, 0.5));
        evaluations += 2;
      }
    }
  }
  return std::ranges::min(v, {}, &Vertex::value).at;
}

}  // namespace analysis
