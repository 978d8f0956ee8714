// Do labels fit rows, and if not, would an alphabetical order? The evidence that the checks of order and orientation
// share.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenario/audit/subject.hpp"

namespace encephagen::auditing {

// order[i]: the row that belongs to label i.
using Order = std::vector<size_t>;

// One way to see whether labels fit rows.
struct Witness {
  std::string what;  // "weights against distance, left hemisphere"
  size_t n_regions = 0;
  double as_labelled = 0;  // Spearman correlation
  double sign = 1;         // -1: the lower the correlation the better
  RandomOrders random;
  std::optional<double> alphabetical;  // the best of the alphabetical orders
  size_t best_order = 0;

  bool labels_fit() const;
  // Beyond every random order, and far beyond the labels as they stand.
  bool alphabetical_fits_better() const;
  std::string text() const;
};

// The regions that a reference has too, hemisphere by hemisphere, as pairs (here, there).
struct CommonRegions {
  std::string hemisphere;
  std::vector<std::pair<size_t, size_t>> regions;
};

struct OrderEvidence {
  std::vector<Witness> by_distance, by_reference;
  std::vector<CommonRegions> common;
  std::vector<Order> alphabetical;  // orders that were tried
  // The order to go on with: alphabetical if that fits better; as labelled if the reference, or without one the
  // distances, confirm the labels; else nothing.
  std::optional<Order> plausible;
  std::vector<Witness> all() const;
};

}  // namespace encephagen::auditing
