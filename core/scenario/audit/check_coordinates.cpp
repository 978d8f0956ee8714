// Checks of region centres: distinct, and mirror images of each other across the midline.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "scenario/audit/subject.hpp"

namespace encephagen::auditing {
namespace {

double at(const Subject& s, size_t region, size_t axis) { return s.c.centres_mm[3 * region + axis]; }

// A left region and the right region of the same name.
struct Pair {
  size_t left, right;
};

std::vector<Pair> pairs_of(const Subject& s) {
  std::vector<Pair> out;
  for (size_t i = 0; i < s.n; ++i)
    if (s.names[i].side == Side::left && s.partner[i] != no_region && s.has_own_centre[i] &&
        s.has_own_centre[s.partner[i]])
      out.push_back({i, s.partner[i]});
  return out;
}

// The plane between the hemispheres: found, not assumed, since files differ in their axes.
struct Midline {
  size_t axis = 0;
  double place = 0;
  double right_is = 1;  // +1: right regions have the larger coordinate
};

Midline midline_of(const Subject& s, const std::vector<Pair>& pairs) {
  Midline best;
  double most = -1;
  for (size_t axis = 0; axis < 3; ++axis) {
    std::vector<double> middle, apart;
    for (const auto& p : pairs) {
      middle.push_back(0.5 * (at(s, p.left, axis) + at(s, p.right, axis)));
      apart.push_back(at(s, p.right, axis) - at(s, p.left, axis));
    }
    const double distance = median(apart);
    if (std::abs(distance) > most) most = std::abs(distance), best = {axis, median(middle), distance < 0 ? -1.0 : 1.0};
  }
  return best;
}

// Distance between the mirror image of one region and another region.
double mirrored_distance(const Subject& s, const Midline& m, size_t image_of, size_t region) {
  double square = 0;
  for (size_t axis = 0; axis < 3; ++axis) {
    const double x = at(s, image_of, axis);
    const double d = (axis == m.axis ? 2 * m.place - x : x) - at(s, region, axis);
    square += d * d;
  }
  return std::sqrt(square);
}

void check_duplicates(const Subject& s, Findings& out) {
  std::map<std::array<double, 3>, std::vector<size_t>> places;
  for (size_t i = 0; i < s.n; ++i) places[{at(s, i, 0), at(s, i, 1), at(s, i, 2)}].push_back(i);
  std::vector<size_t> sharing;
  for (const auto& [place, regions] : places)
    if (regions.size() > 1) sharing.insert(sharing.end(), regions.begin(), regions.end());
  Finding f{"coordinates-duplicate",
            Severity::ok,
            fmt::format("{} regions, each with a centre of its own", s.n),
            "",
            {{"regions that share a centre", static_cast<double>(sharing.size())}}};
  if (!sharing.empty()) {
    f.severity = Severity::warning;
    f.text =
        fmt::format("{} of {} regions share their centre with another: {}", sharing.size(), s.n, s.labels(sharing));
    f.action = "distances and delays between them mean nothing: look their centres up in the atlas";
  }
  out.push_back(std::move(f));
}

void check_mirror(const Subject& s, const std::vector<Pair>& pairs, const Midline& m, Findings& out) {
  std::vector<double> apart, shuffled(pairs.size());
  for (const auto& p : pairs) apart.push_back(mirrored_distance(s, m, p.left, p.right));
  const double value = median(apart);
  const auto random = random_orders(s.context.random_orders, s.context.seed, "mirror", pairs.size(),
                                    [&](std::span<const size_t> order) {
                                      for (size_t k = 0; k < pairs.size(); ++k)
                                        shuffled[k] = mirrored_distance(s, m, pairs[order[k]].left, pairs[k].right);
                                      return median(shuffled);
                                    });
  const std::string numbers = fmt::format(
      "mirrored left centres lie {:.1f} mm from the right ones of the same name (median of {}; random pairs {:.0f} mm)",
      value, pairs.size(), random.mean);
  Finding f{"coordinates-mirror",
            Severity::ok,
            "left and right coordinates are mirror images: " + numbers,
            "",
            {{"median distance of mirrored pairs", value}}};
  if (random.p_low(value) > 0.01) {
    f.severity = Severity::error;
    f.text = "coordinates are random or in another order than the labels: " + numbers;
    f.action = "look coordinates up in the atlas by name";
  } else if (value > 0.5 * random.mean) {
    f.severity = Severity::warning;
    f.text = "left and right coordinates hardly mirror each other: " + numbers;
    f.action = "compare coordinates and labels with the atlas";
  } else if (value < 1e-6) {
    f.severity = Severity::note;
    f.text = "the coordinates of one hemisphere are exact mirror images of the other's";
  }
  out.push_back(std::move(f));
}

void check_sides(const Subject& s, const Midline& m, Findings& out) {
  constexpr double tolerance_mm = 3;  // medial regions may cross a midline that is not quite straight
  std::vector<size_t> wrong;
  for (size_t i = 0; i < s.n; ++i) {
    if ((s.names[i].side != Side::left && s.names[i].side != Side::right) || !s.has_own_centre[i]) continue;
    const double side = (s.names[i].side == Side::right ? 1 : -1) * m.right_is;
    if (side * (at(s, i, m.axis) - m.place) < -tolerance_mm) wrong.push_back(i);
  }
  Finding f{"coordinates-side",
            Severity::ok,
            fmt::format("all regions lie on the side their label names (across the {} axis)", "xyz"[m.axis]),
            "",
            {{"regions on the wrong side", static_cast<double>(wrong.size())}}};
  if (!wrong.empty()) {
    f.severity = Severity::warning;
    f.text = fmt::format("{} regions lie on the other side than their label says: {}", wrong.size(), s.labels(wrong));
    f.action = "correct their coordinates or their labels";
  } else if (m.axis == 0 && m.right_is < 0 && std::abs(m.place) < 10) {
    f.severity = Severity::note;
    f.text = "right regions have negative x: not MNI coordinates, or left and right are exchanged";
    f.action = "check which way the x axis of the source points";
  }
  out.push_back(std::move(f));
}

// Two sets in the same space agree region by region; if they only agree with the names of the sides exchanged, one of
// them has its hemispheres the wrong way round.
void check_against_reference(const Subject& s, const std::vector<Pair>& pairs, Findings& out) {
  if (!s.context.reference || s.context.reference->connectome->centres_mm.empty()) return;
  const eg::Connectome& r = *s.context.reference->connectome;
  const auto names = region_names(r);
  std::map<std::pair<std::string, Side>, size_t> there;
  for (size_t i = 0; i < r.size(); ++i) there[{names[i].key, names[i].side}] = i;
  std::vector<double> same, exchanged;
  const auto apart = [&](size_t ours, size_t theirs) {
    double square = 0;
    for (size_t k = 0; k < 3; ++k) square += std::pow(at(s, ours, k) - r.centres_mm[3 * theirs + k], 2);
    return std::sqrt(square);
  };
  for (const auto& p : pairs) {
    const auto left = there.find({s.names[p.left].key, Side::left}),
               right = there.find({s.names[p.left].key, Side::right});
    if (left == there.end() || right == there.end()) continue;
    same.push_back(apart(p.left, left->second)), same.push_back(apart(p.right, right->second));
    exchanged.push_back(apart(p.left, right->second)), exchanged.push_back(apart(p.right, left->second));
  }
  constexpr double near_mm = 5;  // further apart, the two are not in the same space and show nothing
  if (same.size() < 2 * least_regions || std::min(median(same), median(exchanged)) > near_mm) return;
  const std::string numbers =
      fmt::format("centres lie {:.1f} mm from those of {} (median of {}), {:.1f} mm if left and right are exchanged",
                  median(same), s.context.reference->name, same.size(), median(exchanged));
  Finding f{"coordinates-reference", Severity::ok, numbers, "", {{"median distance to the reference", median(same)}}};
  if (median(exchanged) < 0.2 * median(same)) {
    f.severity = Severity::warning;
    f.text = "left and right coordinates are exchanged: " + numbers;
    f.action = "one of the two is wrong: check on which side the source puts positive coordinates";
  }
  out.push_back(std::move(f));
}

}  // namespace

void check_coordinates(const Subject& s, Findings& out) {
  if (s.distance_mm.empty()) {
    out.push_back({"coordinates", Severity::note, "there are no coordinates",
                   "distances are unknown: take centres from the atlas"});
    return;
  }
  check_duplicates(s, out);
  const auto pairs = pairs_of(s);
  if (pairs.size() < least_regions) {
    out.push_back(
        {"coordinates-mirror", Severity::note, "not tested: too few regions are named for both hemispheres", ""});
    return;
  }
  const Midline m = midline_of(s, pairs);
  check_mirror(s, pairs, m, out);
  check_sides(s, m, out);
  check_against_reference(s, pairs, out);
}

}  // namespace encephagen::auditing
