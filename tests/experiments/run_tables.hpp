// Builds small tables of runs for the tests of claims and figures.
#pragma once
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "experiment/claim.hpp"

namespace encephagen::testing {

inline constexpr double undetermined = std::numeric_limits<double>::quiet_NaN();

class Runs {
 public:
  // One run whose metric "x" has this value for the whole network.
  Runs& add(const std::string& arm, const std::string& graph, double value, const SweepPoint& sweep = {}) {
    RunInfo run;
    run.arm = arm;
    run.graph_id = graph;
    run.sweep = sweep;
    run.replicate = static_cast<size_t>(std::ranges::count(table.runs, arm, &RunInfo::arm));
    table.rows.push_back({table.runs.size(), "x", "", "", value});
    table.runs.push_back(std::move(run));
    return *this;
  }
  // Runs on graphs of their own.
  Runs& graphs(const std::string& arm, const std::vector<double>& values) {
    for (size_t i = 0; i < values.size(); ++i) add(arm, arm + ":" + std::to_string(i), values[i]);
    return *this;
  }
  // Runs that repeat one graph.
  Runs& repeats(const std::string& arm, const std::string& graph, const std::vector<double>& values) {
    for (const double v : values) add(arm, graph, v);
    return *this;
  }
  Runs& fail(const std::string& arm, const std::string& graph, const std::string& error) {
    add(arm, graph, 0);
    table.rows.pop_back();
    table.runs.back().failed = true;
    table.runs.back().error = error;
    return *this;
  }
  // A region of the last run, with a value of "x" of its own.
  Runs& region(const std::string& label, const std::string& group, double value) {
    table.runs.back().region_group[label] = group;
    table.rows.push_back({table.runs.size() - 1, "x", "", "region:" + label, value});
    return *this;
  }

  RunTable table;
};

inline std::vector<double> steps(int n, double from, double step) {
  std::vector<double> out;
  for (int i = 0; i < n; ++i) out.push_back(from + step * i);
  return out;
}

inline ClaimSpec claim(TestKind test, stats::Tail tail = stats::Tail::greater) {
  ClaimSpec c;
  c.id = "C";
  c.text = "a is larger than b";
  c.metric = "x";
  c.compare = {"a", "b"};
  c.test = test;
  c.tail = tail;
  return c;
}

inline ClaimSpec one_arm_claim(TestKind test, stats::Tail tail, double against) {
  ClaimSpec c = claim(test, tail);
  c.compare.clear();
  c.arm = "a";
  c.against = against;
  return c;
}

inline ClaimResult judged(const ClaimSpec& c, const Runs& runs) { return judge(std::vector{c}, runs.table)[0]; }

inline bool has_caveat(const ClaimResult& r, const std::string& text) {
  return std::ranges::find(r.caveats, text) != r.caveats.end();
}

}  // namespace encephagen::testing
