// Checks of tract lengths: present on every edge, growing with distance, neither shorter nor merely equal to it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenario/audit/subject.hpp"

namespace encephagen::auditing {
namespace {

struct Edge {
  size_t i, j;
};

std::vector<Edge> edges(const Subject& s) {
  std::vector<Edge> out;
  for (size_t i = 0; i < s.n; ++i)
    for (size_t j = 0; j < s.n; ++j)
      if (i != j && s.c.weight(i, j) != 0) out.push_back({i, j});
  return out;
}

void check_missing(const Subject& s, const std::vector<Edge>& all, Findings& out) {
  size_t missing = 0;
  std::string first;
  for (const auto& [i, j] : all) {
    if (s.length(i, j) > 0) continue;
    if (missing++ == 0) first = s.c.labels[j] + " to " + s.c.labels[i];
  }
  const double share = static_cast<double>(missing) / static_cast<double>(std::max<size_t>(all.size(), 1));
  Finding f{"lengths-missing",
            Severity::ok,
            fmt::format("every one of {} edges has a length", all.size()),
            "",
            {{"edges without length", static_cast<double>(missing)}}};
  if (missing > 0) {
    f.severity = Severity::warning;
    f.text = fmt::format("{} of {} edges ({:.1f} %) have no length, for example {}", missing, all.size(), 100 * share,
                         first);
    f.action = "their delay would be that of the shortest step: give them a length, or drop them";
  }
  out.push_back(std::move(f));
}

void check_both_ways(const Subject& s, const std::vector<Edge>& all, Findings& out) {
  size_t differ = 0, pairs = 0;
  double largest = 0;
  for (const auto& [i, j] : all) {
    const double a = s.length(i, j), b = s.length(j, i);
    if (s.c.weight(j, i) == 0 || a <= 0 || b <= 0 || i < j) continue;
    ++pairs;
    const double relative = std::abs(a - b) / std::max(a, b);
    differ += relative > 1e-3;
    largest = std::max(largest, relative);
  }
  if (differ == 0) return;
  out.push_back({"lengths-symmetry",
                 Severity::warning,
                 fmt::format("{} of {} pairs have another length forth than back, by up to {:.0f} %", differ, pairs,
                             100 * largest),
                 "use the mean of both, or lengths from a better source",
                 {{"pairs that differ", static_cast<double>(differ)}}});
}

// Lengths and distances of the edges with both.
struct Compared {
  std::vector<Edge> edges;
  std::vector<double> length, distance, ratio;
};

Compared compare(const Subject& s, const std::vector<Edge>& all) {
  Compared c;
  for (const auto& [i, j] : all) {
    if (s.length(i, j) <= 0 || s.distance(i, j) <= 0) continue;
    c.edges.push_back({i, j});
    c.length.push_back(s.length(i, j));
    c.distance.push_back(s.distance(i, j));
    c.ratio.push_back(s.length(i, j) / s.distance(i, j));
  }
  return c;
}

bool is_euclidean(const Compared& c) {
  const auto exact = std::ranges::count_if(c.ratio, [](double r) { return std::abs(r - 1) < 1e-3; });
  return static_cast<double>(exact) >= 0.99 * static_cast<double>(c.ratio.size());
}

void check_growth(const Subject& s, const Compared& c, Findings& out) {
  const double r = pearson(c.length, c.distance);
  std::vector<double> shuffled(c.edges.size());
  const auto random =
      random_orders(s.context.random_orders, s.context.seed, "lengths", s.n, [&](std::span<const size_t> order) {
        for (size_t k = 0; k < c.edges.size(); ++k) shuffled[k] = s.distance(order[c.edges[k].i], order[c.edges[k].j]);
        return pearson(c.length, shuffled);
      });
  Finding f{"length-distance", Severity::ok, "", "", {{"correlation of length and distance", r}}};
  const std::string numbers =
      fmt::format("correlation {} over {} edges ({})", signed_text(r), c.edges.size(), random.text());
  if (random.p_high(r) > 0.01) {
    f.severity = Severity::error;
    f.text = "lengths do not grow with distance: " + numbers;
    f.action = "lengths and coordinates come in different orders: compare both with their source";
  } else if (r < 0.5) {
    f.severity = Severity::warning;
    f.text = "lengths hardly grow with distance: " + numbers;
    f.action = "check the order of lengths and coordinates, and the lengths of weak edges";
  } else {
    f.text = "lengths grow with distance: " + numbers;
  }
  out.push_back(std::move(f));
}

// Tracts bend, so they are longer than the straight line between region centres; much longer or shorter ones are in
// another unit. Between neighbours a tract may be shorter than the distance of the centres.
void check_scale(const Compared& c, Findings& out) {
  const double middle = median(c.ratio);
  if (is_euclidean(c)) {
    out.push_back(
        {"lengths-euclidean",
         Severity::warning,
         fmt::format("tract lengths are exactly the straight lines between the centres (median ratio {:.3f})", middle),
         "real tracts are longer: treat delays as lower bounds, or take lengths from tractography",
         {{"median length / distance", middle}}});
    return;
  }
  size_t far = 0, impossible = 0;
  for (size_t k = 0; k < c.ratio.size(); ++k)
    if (c.distance[k] > 40) ++far, impossible += c.ratio[k] < 0.9;
  Finding f{"lengths-scale",
            Severity::ok,
            fmt::format("tracts are {:.2f} times as long as the straight line (median)", middle),
            "",
            {{"median length / distance", middle}, {"impossibly short", static_cast<double>(impossible)}}};
  if (middle < 0.7 || middle > 3) {
    f.severity = Severity::warning;
    f.text = fmt::format(
        "tracts are {:.2f} times as long as the straight line (median): lengths and coordinates are not in the same "
        "unit or space",
        middle);
    f.action = "find out the unit of both; delays need lengths in mm";
  } else if (static_cast<double>(impossible) > 0.05 * static_cast<double>(far)) {
    f.severity = Severity::warning;
    f.text = fmt::format(
        "{} of {} tracts over more than 40 mm are shorter than the straight line by over 10 % (median of all: {:.2f} "
        "times as long)",
        impossible, far, middle);
    f.action = "lengths or coordinates of these are wrong or in different spaces";
  }
  out.push_back(std::move(f));
}

}  // namespace

void check_lengths(const Subject& s, Findings& out) {
  if (!s.has_lengths()) {
    out.push_back({"lengths-missing", Severity::note, "there are no tract lengths",
                   "delays have to come from coordinates or a constant"});
    return;
  }
  const auto all = edges(s);
  check_missing(s, all, out);
  check_both_ways(s, all, out);
  if (s.distance_mm.empty()) {
    out.push_back({"length-distance", Severity::note, "not tested: there are no coordinates", ""});
    return;
  }
  const Compared c = compare(s, all);
  if (c.edges.size() < least_regions * least_regions / 2) {
    out.push_back({"length-distance", Severity::note,
                   fmt::format("not tested: only {} edges have a length and a distance", c.edges.size()), ""});
    return;
  }
  check_growth(s, c, out);
  check_scale(c, out);
}

}  // namespace encephagen::auditing
