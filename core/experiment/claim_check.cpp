// What can be said about claims and decompositions before anything is run.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "experiment/claim_design.hpp"

namespace encephagen {
namespace {

// How a claim stands before there are data.
struct Outlook {
  std::string problem;  // why it will not be testable; "" if nothing speaks against it yet
  double p_floor = std::numeric_limits<double>::quiet_NaN();
};

Outlook outlook(const ClaimSpec& claim, std::span<const RunInfo> planned) {
  if (const auto why = misstatement(claim); !why.empty()) return {why};
  for (const auto& other : MetricExpression(claim.metric).other_arms())
    if (const auto found = select_runs(planned, other, {}); !found.error.empty())
      return {fmt::format("metric '{}': {}", claim.metric, found.error)};
  const auto arms = claim.compare.empty() ? std::vector{claim.arm} : claim.compare;
  std::vector<std::vector<size_t>> sides;
  for (const auto& arm : arms) {
    auto selection = select_runs(planned, arm, claim.where);
    if (!selection.error.empty()) return {selection.error};
    if (claim.test == TestKind::attribution) return {};
    const auto ambiguous = ambiguous_point(arm, selection);
    if (!ambiguous.empty() && !claim.as_published) return {ambiguous + ": say which one with where"};
    sides.push_back(std::move(selection.runs));
  }
  if (claim.test == TestKind::none) return {};
  if (!claim.regions.empty() || claim.test == TestKind::kruskal_wallis)
    return {claim.as_published ? "" : dependent_regions() + ". " + network_instead(claim)};
  const auto replication = replicate(claim, planned, sides);
  if (!replication.refusal.empty()) return {replication.refusal};
  std::vector<size_t> sizes;
  for (const auto& side : replication.units) sizes.push_back(side.size());
  if (claim.test == TestKind::threshold) return {one_value(claim, replication.unit, sizes[0])};
  return {out_of_reach(claim, sizes), smallest_p(claim, sizes)};
}

// How many claims of a family may sit on the smallest p without any of them becoming significant.
struct Family {
  size_t n = 0;
  bool is_open = false;  // NAME[*]: its size is known after the runs only
  double p_floor = 0;    // the largest
  double alpha = 1;      // the smallest
  Correction correction = Correction::none;
  Position at;
};

void add(std::map<std::string, Family>& families, const std::string& name, size_t n, bool is_open, double p_floor,
         double alpha, Correction correction, const Position& at) {
  if (correction == Correction::none || std::isnan(p_floor)) return;
  auto& f = families[name];
  if (f.n == 0) f.at = at;
  f.n += n;
  f.is_open |= is_open;
  f.p_floor = std::max(f.p_floor, p_floor);
  f.alpha = std::min(f.alpha, alpha);
  f.correction = correction;
}

// SCIENCE: k claims on the floor are significant together only if floor * m / k <= alpha.
std::string out_of_corrected_reach(const Family& f) {
  auto m = static_cast<double>(f.n);
  if (f.correction == Correction::by)
    for (size_t i = 2; i <= f.n; ++i) m += static_cast<double>(f.n) / static_cast<double>(i);
  const double needed = std::ceil(f.p_floor * m / f.alpha - 1e-9);
  if (needed <= 1) return "";
  const auto size = fmt::format("{}{} claims corrected together", f.is_open ? "at least " : "", f.n);
  const double nulls = std::ceil(m / f.alpha - 1 - 1e-9);
  if (needed > static_cast<double>(f.n))
    return fmt::format(
        "{}: none can reach alpha = {}, even if all sit on the smallest p, {:.3g}; a smallest p of {:.2g} "
        "(with rank: {:.0f} nulls) lets one be significant alone",
        size, f.alpha, f.p_floor, f.alpha / m, nulls);
  return fmt::format(
      "{}: {:.0f} must sit on the smallest p, {:.3g}, together before one can be significant at alpha = {}; "
      "with rank, {:.0f} nulls let one be significant alone",
      size, needed, f.p_floor, f.alpha, nulls);
}

bool is_pattern(const std::string& metric) { return metric.ends_with("[*]"); }

}  // namespace

std::vector<ClaimProblem> check_claims(std::span<const ClaimSpec> claims, std::span<const RunInfo> planned,
                                       std::span<const DecompositionSpec> decompositions) {
  std::vector<ClaimProblem> out;
  std::map<std::string, Family> families;
  for (const auto& claim : claims) {
    const auto refuse = [&](const std::string& why) {
      out.push_back({claim.at, fmt::format("claim '{}' is not testable: {}", claim.id, why)});
    };
    for (const auto& id : claim.decompositions)
      if (std::ranges::none_of(decompositions, [&](const auto& d) { return d.id == id; }))
        refuse(fmt::format("there is no decomposition '{}'", id));
    auto metrics = claim.for_each.empty() ? std::vector{claim.metric} : claim.for_each;
    double p_floor = std::numeric_limits<double>::quiet_NaN();
    bool is_open = false;
    for (const auto& metric : metrics) {
      ClaimSpec one = claim;
      one.metric = is_pattern(metric) ? metric.substr(0, metric.size() - 3) : metric;
      is_open |= is_pattern(metric);
      const auto seen = claim.decompositions.empty() ? outlook(one, planned) : Outlook{misstatement(one)};
      p_floor = seen.p_floor;
      if (seen.problem.empty()) continue;
      refuse(seen.problem);
      p_floor = std::numeric_limits<double>::quiet_NaN();
      break;
    }
    add(families, family_of(claim), metrics.size(), is_open, p_floor, claim.alpha, claim.correction, claim.at);
  }
  for (const auto& d : decompositions)
    for (const auto& rung : d.ladder) {
      ClaimSpec rank;
      rank.id = d.id;
      rank.metric = d.metrics.empty() || is_pattern(d.metrics[0]) ? "x" : d.metrics[0];
      rank.compare = {d.real, rung.arm};
      rank.where = d.where;
      rank.test = TestKind::rank;
      rank.tail = stats::Tail::two_sided;
      rank.alpha = d.alpha;
      rank.as_published = d.as_published;
      const auto seen = outlook(rank, planned);
      if (!seen.problem.empty())
        out.push_back({d.at, fmt::format("decomposition '{}', rung '{}': {}", d.id, rung.arm, seen.problem)});
      else
        add(families, "decomposition " + d.id + rung.arm, d.metrics.size(), std::ranges::any_of(d.metrics, is_pattern),
            seen.p_floor, d.alpha, d.correction, d.at);
    }
  const auto first_warning = static_cast<std::ptrdiff_t>(out.size());
  for (const auto& entry : families) {
    const Family& family = entry.second;
    const auto text = out_of_corrected_reach(family);
    const auto is_said = [&](const ClaimProblem& p) { return p.text == text && p.at.text() == family.at.text(); };
    if (!text.empty() && std::ranges::none_of(out, is_said)) out.push_back({family.at, text, true});
  }
  std::ranges::stable_sort(out.begin() + first_warning, out.end(), {}, [](const ClaimProblem& p) { return p.at.line; });
  return out;
}

}  // namespace encephagen
