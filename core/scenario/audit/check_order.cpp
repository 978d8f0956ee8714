// Checks of labels against rows: weights fall with distance, and resemble those of another dataset with the same
// regions.
#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"
#include "scenario/audit/order_evidence.hpp"

namespace encephagen::auditing {
namespace {

std::string texts_of(std::vector<Witness> witnesses, bool with_alphabetical) {
  std::vector<std::string> out;
  for (auto& w : witnesses) {
    if (!with_alphabetical) w.alphabetical.reset();
    out.push_back(w.text());
  }
  return join(out, "; ");
}

// What the alphabetical order would mean, for one region that it moves.
std::string example(const Subject& s, const Order& order) {
  for (const size_t row : s.blocks.front().regions) {
    const auto belongs = static_cast<size_t>(std::ranges::find(order, row) - order.begin());
    if (belongs != row) return fmt::format("the row called {} is then {}", s.c.labels[row], s.c.labels[belongs]);
  }
  return "rows of the other hemisphere change places";
}

}  // namespace

void check_weight_distance(const OrderEvidence& e, const Subject& s, Findings& out) {
  if (e.by_distance.empty()) {
    const std::string why =
        s.distance_mm.empty()
            ? "there are no coordinates"
            : fmt::format("no hemisphere has {} regions with coordinates of their own", least_regions);
    out.push_back({"weight-distance", Severity::note, "not tested: " + why, ""});
    return;
  }
  Finding f{"weight-distance", Severity::ok, "weights fall with distance; " + texts_of(e.by_distance, false), ""};
  for (const auto& w : e.by_distance) {
    f.evidence.emplace_back(w.what, w.as_labelled);
    if (w.labels_fit()) continue;
    f.severity = Severity::warning;
    f.text = "weights do not fall with distance as they do in every brain; " + texts_of(e.by_distance, false);
    f.action = "check that coordinates, labels and rows of the matrix come in the same order";
  }
  out.push_back(std::move(f));
}

void check_label_order(const OrderEvidence& e, const Subject& s, Findings& out) {
  const auto all = e.all();
  if (all.empty()) {
    out.push_back({"label-order", Severity::note,
                   "not tested: there are neither coordinates nor another dataset with these regions", ""});
    return;
  }
  Finding f{"label-order", Severity::ok, "labels fit the rows; " + texts_of(all, false), ""};
  for (const auto& w : all) {
    f.evidence.emplace_back(w.what, w.as_labelled);
    if (w.alphabetical) f.evidence.emplace_back(w.what + ", alphabetical rows", *w.alphabetical);
  }
  if (std::ranges::any_of(all, &Witness::alphabetical_fits_better)) {
    f.severity = Severity::error;
    f.text = "labels scrambled: rows look like alphabetical order of the names; " + texts_of(all, true);
    f.action = fmt::format(
        "do not use the labels ({}); take a corrected copy, or sort labels, coordinates and lengths as the weights are",
        example(s, *e.plausible));
  } else if (!e.plausible) {
    const auto fails = [](const std::vector<Witness>& w) { return std::ranges::none_of(w, &Witness::labels_fit); };
    const bool sure = !e.by_reference.empty() && fails(e.by_reference) && fails(e.by_distance);
    f.severity = sure ? Severity::error : Severity::warning;
    f.text = (sure ? "labels scrambled: they fit the rows no better than random ones; "
                   : "labels may not belong to the rows; ") +
             texts_of(all, true);
    f.action = "compare the order of the labels with the source of the matrix, region by region";
  }
  out.push_back(std::move(f));
}

}  // namespace encephagen::auditing
