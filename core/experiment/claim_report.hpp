// Verdicts for programs (claims.json) and for people (a terminal table).
#pragma once
#include <span>
#include <string>

#include "experiment/claim.hpp"

namespace encephagen {

// {"format": 1, "claims": [...], "decompositions": [...]}, indented by two, ending with a newline. What could not be
// determined is null. Verdicts are "supported", "refuted", "inconclusive", "not_testable". The same results give the
// same bytes.
std::string claims_json(std::span<const ClaimResult> results, std::span<const Decomposition> decompositions = {});

// A line per claim, then for each its text, reason, caveats and what was published.
std::string claims_table(std::span<const ClaimResult> results, bool use_colour = false);

}  // namespace encephagen
