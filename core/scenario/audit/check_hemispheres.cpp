// Checks of left and right: labelled, complete, linked with each other and alike.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scenario/audit/subject.hpp"

namespace encephagen::auditing {
namespace {

bool is_sided(const RegionName& name) { return name.side == Side::left || name.side == Side::right; }

bool has_link(const Subject& s, size_t i, size_t j) { return s.c.weight(i, j) != 0 || s.c.weight(j, i) != 0; }

// Share of the links to the other hemisphere that are weaker than the one to the partner; ties count half.
double rank_of_partner(const Subject& s, size_t i) {
  const auto strength = [&](size_t j) { return s.c.weight(i, j) + s.c.weight(j, i); };
  double below = 0, others = 0;
  for (size_t j = 0; j < s.n; ++j) {
    if (!is_sided(s.names[j]) || s.names[j].side == s.names[i].side || j == s.partner[i]) continue;
    ++others;
    below += strength(j) < strength(s.partner[i]) ? 1 : strength(j) == strength(s.partner[i]) ? 0.5 : 0;
  }
  return others > 0 ? below / others : 0.5;
}

void check_links(const Subject& s, const std::vector<size_t>& paired, Findings& out) {
  std::vector<size_t> without;
  std::vector<double> rank;
  for (const size_t i : paired) {
    if (has_link(s, i, s.partner[i]))
      rank.push_back(rank_of_partner(s, i));
    else if (s.names[i].side == Side::right)
      without.push_back(i);
  }
  const double share = 1 - 2 * static_cast<double>(without.size()) / static_cast<double>(paired.size());
  const double strength = rank.empty() ? 0 : median(rank);
  Finding f{"homotopic-links",
            Severity::ok,
            "",
            "",
            {{"share of regions linked with their partner", share}, {"rank of the link to the partner", strength}}};
  f.text = fmt::format(
      "{:.0f} % of {} pairs are linked across the midline; that link is stronger than {:.0f} % of the others (median)",
      100 * share, paired.size() / 2, 100 * strength);
  if (!without.empty()) f.text += "; without: " + s.labels(without);
  if (share < 0.5) {
    f.severity = Severity::warning;
    f.action =
        "most regions have callosal links to their partner: functional connectivity across the midline will be too low";
  } else if (strength < 0.6) {
    f.severity = Severity::warning;
    f.action =
        "links to the partner are usually among the strongest: check that left and right rows have the same order";
  } else if (share < 0.8) {
    f.severity = Severity::note;
    f.action = "callosal links may be missing in the source";
  }
  out.push_back(std::move(f));
}

void check_likeness(const Subject& s, const std::vector<size_t>& paired, Findings& out) {
  Block left{"left against right", {}};
  std::ranges::copy_if(paired, std::back_inserter(left.regions),
                       [&](size_t i) { return s.names[i].side == Side::left; });
  if (left.regions.size() < least_regions) return;
  std::vector<double> right(s.n * s.n, 0.0);
  bool equal = true;
  for (const size_t i : left.regions)
    for (const size_t j : left.regions) {
      right[i * s.n + j] = s.c.weight(s.partner[i], s.partner[j]);
      equal = equal && right[i * s.n + j] == s.c.weight(i, j);
    }
  const OrderTest test(s.n, right, s.c.weights, left);
  if (!std::isfinite(test.value())) return;
  const auto random = test.random(s.context.random_orders, s.context.seed);
  const std::string numbers = fmt::format("Spearman {} between the weights of the two hemispheres ({})",
                                          signed_text(test.value()), random.text());
  Finding f{"hemispheres-alike",
            Severity::ok,
            "left and right are wired alike: " + numbers,
            "",
            {{"correlation of left and right", test.value()}}};
  if (equal) {
    f.severity = Severity::note;
    f.text = "the weights within one hemisphere are an exact copy of the other's";
    f.action = "the data are of one hemisphere: differences between the two cannot be studied";
  } else if (random.p_high(test.value()) > 0.01) {
    f.severity = Severity::error;
    f.text = "left and right are wired no more alike than random orders: " + numbers;
    f.action = "the rows of one hemisphere are in another order than its labels";
  }
  out.push_back(std::move(f));
}

}  // namespace

void check_hemispheres(const Subject& s, Findings& out) {
  std::vector<size_t> contradicting, alone;
  size_t left = 0, right = 0;
  for (size_t i = 0; i < s.n; ++i) {
    const auto& name = s.names[i];
    left += name.side == Side::left, right += name.side == Side::right;
    const bool both_known = is_sided(name) && (name.label_side == Side::left || name.label_side == Side::right);
    if (both_known && name.side != name.label_side) contradicting.push_back(i);
    if (is_sided(name) && !name.is_numbered && s.partner[i] == no_region) alone.push_back(i);
  }
  Finding f{"hemisphere-labels",
            Severity::ok,
            fmt::format("{} regions left, {} right, {} neither", left, right, s.n - left - right),
            "",
            {{"left", static_cast<double>(left)}, {"right", static_cast<double>(right)}}};
  if (left + right == 0) {
    f.severity = Severity::note;
    f.text = "labels name no hemisphere";
    f.action = "checks that compare left and right were left out";
  } else if (!contradicting.empty()) {
    f.severity = Severity::error;
    f.text = fmt::format("{} regions are labelled for the other hemisphere than the file says elsewhere: {}",
                         contradicting.size(), s.labels(contradicting));
    f.action = "find out which of the two is right";
  } else if (!alone.empty() && left > 0 && right > 0) {
    f.severity = Severity::note;
    f.text += fmt::format("; without a partner of the same name: {}", s.labels(alone));
  }
  out.push_back(std::move(f));
}

void check_homotopic(const Subject& s, Findings& out) {
  std::vector<size_t> paired;
  for (size_t i = 0; i < s.n; ++i)
    if (s.partner[i] != no_region) paired.push_back(i);
  if (paired.size() < 2 * least_regions) {
    out.push_back(
        {"homotopic-links", Severity::note, "not tested: too few regions are named for both hemispheres", ""});
    return;
  }
  check_links(s, paired, out);
  check_likeness(s, paired, out);
}

}  // namespace encephagen::auditing
