// Which runs are independent of which: what may be tested against what, and what to write instead.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "experiment/claim.hpp"

namespace encephagen {

// What is wrong with the words of a claim, before any run is looked at; "" if nothing.
std::string misstatement(const ClaimSpec& claim);

// The units of replication of one or two arms.
struct Replication {
  std::string refusal;  // why this cannot be tested so, and what to write instead; "" if it can
  std::vector<std::string> caveats;
  std::string unit;                                     // "graph" or "run"
  bool one_graph_among_many = false;                    // the first side is one graph, the second its nulls
  std::vector<std::vector<std::vector<size_t>>> units;  // [side][unit]: the runs whose values are averaged
};

// `sides`: per arm, the runs that have a value.
Replication replicate(const ClaimSpec& claim, std::span<const RunInfo> runs,
                      const std::vector<std::vector<size_t>>& sides);

// "the runs of arm 'x' are at 3 sweep points (...)" if they are at more than one, else "".
std::string ambiguous_point(const std::string& arm, const RunSelection& selection);

// Why regions are no replicates, and what to write instead of a claim that takes them so.
std::string dependent_regions();
std::string network_instead(const ClaimSpec& claim);

// Why the interval that a threshold is judged by cannot be had; "" if it can, or if as_published does without.
std::string one_value(const ClaimSpec& claim, const std::string& unit, size_t n);

// The smallest p that samples of these sizes can give under the claim's test; NaN for threshold and none.
double smallest_p(const ClaimSpec& claim, std::span<const size_t> sizes);

// Why no data of these sizes could reach alpha, and how much would; "" if they can.
std::string out_of_reach(const ClaimSpec& claim, std::span<const size_t> sizes);

}  // namespace encephagen
