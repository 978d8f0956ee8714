// What can be said about claims before anything is run.
#include <fmt/format.h>

#include "experiment/claim_design.hpp"

namespace encephagen {
namespace {

// Why the claim will not be testable; "" if nothing speaks against it yet.
std::string problem(const ClaimSpec& claim, std::span<const RunInfo> planned) {
  if (const auto why = misstatement(claim); !why.empty()) return why;
  const auto arms = claim.compare.empty() ? std::vector{claim.arm} : claim.compare;
  std::vector<std::vector<size_t>> sides;
  for (const auto& arm : arms) {
    auto selection = select_runs(planned, arm, claim.where);
    if (!selection.error.empty()) return selection.error;
    const auto ambiguous = ambiguous_point(arm, selection);
    if (!ambiguous.empty() && !claim.as_published) return ambiguous + ": say which one with where";
    sides.push_back(std::move(selection.runs));
  }
  if (claim.test == TestKind::none) return "";
  if (!claim.regions.empty() || claim.test == TestKind::kruskal_wallis)
    return claim.as_published ? "" : dependent_regions() + ". " + network_instead(claim);
  const auto replication = replicate(claim, planned, sides);
  if (!replication.refusal.empty()) return replication.refusal;
  std::vector<size_t> sizes;
  for (const auto& side : replication.units) sizes.push_back(side.size());
  if (claim.test == TestKind::threshold) return one_value(claim, replication.unit, sizes[0]);
  return out_of_reach(claim, sizes);
}

}  // namespace

std::vector<ClaimProblem> check_claims(std::span<const ClaimSpec> claims, std::span<const RunInfo> planned) {
  std::vector<ClaimProblem> out;
  for (const auto& claim : claims)
    if (const auto text = problem(claim, planned); !text.empty())
      out.push_back({claim.id, claim.at, fmt::format("claim '{}' is not testable: {}", claim.id, text)});
  return out;
}

}  // namespace encephagen
