// The connectome under audit with what several checks need to know about it, and the list of the checks.
#pragma once
#include <string>
#include <vector>

#include "scenario/audit.hpp"
#include "scenario/audit/order_test.hpp"
#include "scenario/audit/region_names.hpp"

namespace encephagen::auditing {

inline constexpr size_t no_region = static_cast<size_t>(-1);
// Fewer regions than this show nothing against random orders.
inline constexpr size_t least_regions = 10;

struct Subject {
  Subject(const eg::Connectome& audited, const AuditContext& given);

  const eg::Connectome& c;
  const AuditContext& context;
  size_t n;
  std::vector<RegionName> names;
  std::vector<double> distance_mm;   // [n * n]; empty if there are no centres
  std::vector<bool> has_own_centre;  // no other region lies at the same place; all false if there are no centres
  std::vector<bool> has_links;       // is linked with another region
  std::vector<size_t> partner;       // the region of the same name in the other hemisphere, or no_region
  std::vector<Block> blocks;         // the hemispheres; all regions if the labels name no hemispheres
  double largest_weight = 0, largest_asymmetry = 0;

  double distance(size_t i, size_t j) const { return distance_mm[i * n + j]; }
  double length(size_t i, size_t j) const { return c.lengths_mm[i * n + j]; }
  bool has_lengths() const { return !c.lengths_mm.empty(); }
  // Beyond what rounding leaves.
  bool is_directed() const { return largest_asymmetry > 1e-3 * largest_weight; }
  std::vector<double> symmetric_weights() const;
  // Labels of some regions, shortened: "V1, V2, A1 and 7 more".
  std::string labels(const std::vector<size_t>& regions) const;
};

using Findings = std::vector<Finding>;

// labels against rows
struct OrderEvidence;
OrderEvidence order_evidence(const Subject& s);
void check_weight_distance(const OrderEvidence& e, const Subject& s, Findings& out);
void check_label_order(const OrderEvidence& e, const Subject& s, Findings& out);
// orientation
void check_orientation(const OrderEvidence& e, const Subject& s, Findings& out);
void check_symmetry(const Subject& s, Findings& out);
// tract lengths
void check_lengths(const Subject& s, Findings& out);
// coordinates and hemispheres
void check_coordinates(const Subject& s, Findings& out);
void check_hemispheres(const Subject& s, Findings& out);
void check_homotopic(const Subject& s, Findings& out);
// weights
void check_weights(const Subject& s, Findings& out);

}  // namespace encephagen::auditing
