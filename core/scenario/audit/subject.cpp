// The connectome under audit with what several checks need to know about it.
#include "scenario/audit/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace encephagen::auditing {
namespace {

std::vector<Block> hemispheres(const std::vector<RegionName>& names) {
  Block left{"left hemisphere", {}}, right{"right hemisphere", {}}, all{"all regions", {}};
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].side == Side::left) left.regions.push_back(i);
    if (names[i].side == Side::right) right.regions.push_back(i);
    all.regions.push_back(i);
  }
  if (2 * (left.regions.size() + right.regions.size()) < names.size()) return {all};
  std::vector<Block> out;
  for (auto& b : {left, right})
    if (!b.regions.empty()) out.push_back(b);
  return out;
}

// Names that stand twice on one side have no partner.
std::vector<size_t> partners(const std::vector<RegionName>& names) {
  std::map<std::pair<std::string, Side>, std::vector<size_t>> by_name;
  for (size_t i = 0; i < names.size(); ++i) by_name[{names[i].key, names[i].side}].push_back(i);
  std::vector<size_t> out(names.size(), no_region);
  for (size_t i = 0; i < names.size(); ++i) {
    const Side side = names[i].side;
    if ((side != Side::left && side != Side::right) || names[i].is_numbered) continue;
    const auto other = by_name.find({names[i].key, side == Side::left ? Side::right : Side::left});
    if (other != by_name.end() && other->second.size() == 1 && by_name[{names[i].key, side}].size() == 1)
      out[i] = other->second.front();
  }
  return out;
}

}  // namespace

Subject::Subject(const eg::Connectome& audited, const AuditContext& given)
    : c(audited),
      context(given),
      n(c.size()),
      names(region_names(c)),
      has_own_centre(n, false),
      has_links(n, false),
      partner(partners(names)),
      blocks(hemispheres(names)) {
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      if (i != j && (c.weight(i, j) != 0 || c.weight(j, i) != 0)) has_links[i] = true;
      largest_weight = std::max(largest_weight, std::abs(c.weight(i, j)));
      largest_asymmetry = std::max(largest_asymmetry, std::abs(c.weight(i, j) - c.weight(j, i)));
    }
  if (c.centres_mm.empty()) return;
  distance_mm.assign(n * n, 0.0);
  has_own_centre.assign(n, true);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      double square = 0;
      for (size_t k = 0; k < 3; ++k) {
        const double d = c.centres_mm[3 * i + k] - c.centres_mm[3 * j + k];
        square += d * d;
      }
      distance_mm[i * n + j] = std::sqrt(square);
      if (i != j && square == 0) has_own_centre[i] = false;
    }
}

std::vector<double> Subject::symmetric_weights() const {
  std::vector<double> out(n * n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) out[i * n + j] = c.weight(i, j) + c.weight(j, i);
  return out;
}

std::string Subject::labels(const std::vector<size_t>& regions) const {
  constexpr size_t shown = 6;
  std::string out;
  for (size_t k = 0; k < std::min(shown, regions.size()); ++k) out += (k ? ", " : "") + c.labels[regions[k]];
  if (regions.size() > shown) out += fmt::format(" and {} more", regions.size() - shown);
  return out;
}

}  // namespace encephagen::auditing
