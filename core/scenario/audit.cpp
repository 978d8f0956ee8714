// Runs all checks of the audit.
#include "scenario/audit.hpp"

#include <algorithm>

#include "scenario/audit/order_evidence.hpp"

namespace encephagen {

std::vector<Finding> audit(const eg::Connectome& c, const AuditContext& context) {
  using namespace auditing;
  const Subject s(c, context);
  const OrderEvidence e = order_evidence(s);
  Findings out;
  for (const auto check : {check_label_order, check_orientation, check_weight_distance}) check(e, s, out);
  for (const auto check :
       {check_symmetry, check_lengths, check_coordinates, check_hemispheres, check_homotopic, check_weights})
    check(s, out);
  return out;
}

Severity worst(const std::vector<Finding>& findings) {
  Severity out = Severity::ok;
  for (const auto& f : findings) out = std::max(out, f.severity);
  return out;
}

}  // namespace encephagen
