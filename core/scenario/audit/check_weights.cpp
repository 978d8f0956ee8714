// Checks of the weights themselves: isolated regions, self-loops, and the scale they are on.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "scenario/audit/subject.hpp"

namespace encephagen::auditing {
namespace {

// On a linear scale weights of a brain spread over orders of magnitude: the largest is far above the median. Logarithms
// and ranks are not.
constexpr double heavy_tail = 10;

void check_links(const Subject& s, Findings& out) {
  std::vector<size_t> isolated, no_input, no_output;
  for (size_t i = 0; i < s.n; ++i) {
    bool input = false, output = false;
    for (size_t j = 0; j < s.n; ++j)
      if (i != j) input |= s.c.weight(i, j) != 0, output |= s.c.weight(j, i) != 0;
    if (!input && !output)
      isolated.push_back(i);
    else if (!input)
      no_input.push_back(i);
    else if (!output)
      no_output.push_back(i);
  }
  Finding f{"isolated-regions",
            Severity::ok,
            "every region is linked with others",
            "",
            {{"isolated regions", static_cast<double>(isolated.size())}}};
  if (!isolated.empty()) {
    f.severity = Severity::warning;
    f.text = fmt::format("{} regions are linked with no other: {}", isolated.size(), s.labels(isolated));
    f.action = "leave them out, or they will only show their own noise";
  }
  out.push_back(std::move(f));
  if (!no_input.empty() || !no_output.empty()) {
    std::string text;
    if (!no_input.empty()) text = fmt::format("{} regions receive nothing: {}", no_input.size(), s.labels(no_input));
    if (!no_output.empty())
      text +=
          fmt::format("{}{} regions send nothing: {}", text.empty() ? "" : "; ", no_output.size(), s.labels(no_output));
    out.push_back({"one-way-regions", Severity::note, text, "tracer data may simply not cover them", {}});
  }
}

void check_self_loops(const Subject& s, Findings& out) {
  size_t loops = 0;
  double largest = 0;
  for (size_t i = 0; i < s.n; ++i) {
    loops += s.c.weight(i, i) != 0;
    largest = std::max(largest, std::abs(s.c.weight(i, i)));
  }
  Finding f{"self-loops", Severity::ok, "the diagonal is zero", "", {{"self-loops", static_cast<double>(loops)}}};
  if (loops > 0) {
    f.severity = Severity::note;
    f.text = fmt::format("{} of {} diagonal weights are not zero (largest {:.3g}, largest weight {:.3g})", loops, s.n,
                         largest, s.largest_weight);
    f.action =
        "read it with self_loops = \"drop\" unless regions are meant to excite themselves through the connectome";
  }
  out.push_back(std::move(f));
}

void check_scale(const Subject& s, Findings& out) {
  std::map<double, size_t> counts;
  std::vector<double> positive;
  size_t negative = 0, edges = 0;
  for (size_t i = 0; i < s.n; ++i)
    for (size_t j = 0; j < s.n; ++j) {
      const double w = s.c.weight(i, j);
      if (i == j || w == 0) continue;
      ++edges, ++counts[w];
      if (w < 0)
        ++negative;
      else
        positive.push_back(w);
    }
  if (edges == 0) {
    out.push_back({"weight-scale", Severity::error, "there are no weights between regions",
                   "check that the right file was read"});
    return;
  }
  if (negative > 0) {
    out.push_back(
        {"negative-weights",
         Severity::warning,
         fmt::format("{} of {} weights are negative", negative, edges),
         "if these are logarithms, undo them (params.transform = \"exp\"); correlations are no structural weights",
         {{"negative weights", static_cast<double>(negative)}}});
  }
  std::vector<size_t> by_count;
  by_count.reserve(counts.size());
  for (const auto& [value, count] : counts) by_count.push_back(count);
  std::ranges::sort(by_count, std::greater{});
  constexpr size_t classes = 5;
  const size_t in_classes = std::accumulate(
      by_count.begin(), by_count.begin() + static_cast<std::ptrdiff_t>(std::min(classes, by_count.size())), size_t{0});
  const double spread = positive.empty() ? 0 : *std::ranges::max_element(positive) / median(positive);
  Finding f{"weight-scale",
            Severity::ok,
            fmt::format("the largest weight is {:.3g} times the median", spread),
            "",
            {{"distinct weights", static_cast<double>(counts.size())}, {"largest weight / median", spread}}};
  if (edges < 50) {
    f.text = fmt::format("only {} edges: too few to tell a scale", edges);
  } else if (static_cast<double>(in_classes) >= 0.95 * static_cast<double>(edges)) {
    f.severity = Severity::note;
    f.text = fmt::format(
        "weights are classes, not quantities: {} distinct values, {} of them cover {:.0f} % of {} edges", counts.size(),
        std::min(classes, by_count.size()), 100 * static_cast<double>(in_classes) / static_cast<double>(edges), edges);
    f.action = "a weight of 3 need not be three times one of 1: see that results do not hang on it";
  } else if (spread < heavy_tail) {
    f.severity = Severity::note;
    f.text = fmt::format(
        "weights span little: the largest is only {:.3g} times the median, as on a logarithmic or rank scale", spread);
    f.action = "find out the scale; on a logarithmic one use params.transform = \"exp\" for linear weights";
  }
  out.push_back(std::move(f));
}

}  // namespace

void check_weights(const Subject& s, Findings& out) {
  check_links(s, out);
  check_self_loops(s, out);
  check_scale(s, out);
}

}  // namespace encephagen::auditing
