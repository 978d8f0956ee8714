// The audit of a connectome: are labels, orientation, lengths and coordinates plausible? Each check states its
// evidence.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "encephagen/sdk/connectome.hpp"
#include "scenario/audit/finding.hpp"
#include "scenario/data_manifest.hpp"

namespace encephagen {

// Another connectome with (some of) the same regions, of known orientation. Borrowed for the call.
struct AuditReference {
  std::string name;
  const eg::Connectome* connectome = nullptr;
};

// What is known about a connectome from elsewhere.
struct AuditContext {
  MatrixRows read_as = MatrixRows::targets;       // how its file was read: targets or sources
  MatrixRows claimed_rows = MatrixRows::unknown;  // what its manifest says
  std::optional<bool> claimed_symmetric;          // what its manifest says
  std::optional<AuditReference> reference;
  int random_orders = 1000;
  uint64_t seed = 1;
};

// All checks, in a fixed order; a check that cannot be made says so in a note. The findings of equal input are equal.
// `c` has rows = targets, whatever its file said, and still has its self-loops and negative weights.
std::vector<Finding> audit(const eg::Connectome& c, const AuditContext& context);

// The most severe of them.
Severity worst(const std::vector<Finding>& findings);

}  // namespace encephagen
