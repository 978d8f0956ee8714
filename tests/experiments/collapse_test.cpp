// Collapsed sweeps: thresholds, best points, and runs that are missing.
#include "experiment/collapse.hpp"

#include <cmath>
#include <limits>

#include "run_tables.hpp"
#include "scenario/toml_document.hpp"
#include "support.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

const double inf = std::numeric_limits<double>::infinity();

// Two replicates at G = 3, 1, 2 (in this order), with a metric per region that falls below 1 at another G in each.
RunTable swept() {
  Runs runs;
  for (const char* g : {"3.0", "1.0", "2.0"})
    for (int replicate = 0; replicate < 2; ++replicate) {
      const double G = std::stod(g);
      runs.add("sweep", "graph", replicate + 2.5 - G, {{"g", g}, {"rows", "\"sources\""}});
      runs.table.runs.back().replicate = static_cast<size_t>(replicate);
      runs.region("V1", "sensory", 1.5 + replicate - 0.5 * G).region("M1", "motor", 10 * (G - 2) * (G - 2));
    }
  return runs.table;
}

CollapseSpec spec(Take take, double threshold = 1) {
  CollapseSpec c;
  c.name = "order", c.arm = "sweep", c.along = "g";
  CollapsedMetric m;
  m.name = "y", m.of = "x", m.take = take, m.threshold = threshold;
  c.metrics = {m};
  return c;
}

double value(const RunTable& t, size_t replicate, const std::string& group) {
  for (const auto& row : t.rows)
    if (row.metric == "y" && row.group == group && t.runs[row.run].replicate == replicate) return row.value;
  return -99;
}

}  // namespace

TEST_CASE("collapse: one run per replicate, without the key, on the graph of its sweep") {
  auto t = swept();
  collapse({spec(Take::first)}, t);
  REQUIRE(t.runs.size() == 8);
  CHECK(t.runs[6].arm == "order");
  CHECK(t.runs[7].replicate == 1);
  CHECK(t.runs[6].graph_id == "graph");
  CHECK(t.runs[6].sweep == SweepPoint{{"rows", "\"sources\""}});
  CHECK(t.runs[6].region_group.at("V1") == "sensory");
}

TEST_CASE("collapse: the key is taken by size, whatever the order of the runs") {
  const auto taken = [](Take take, size_t replicate, const std::string& group) {
    auto t = swept();
    collapse({spec(take)}, t);
    return value(t, replicate, group);
  };
  CHECK(taken(Take::first_below, 0, "") == 2);  // 1.5, 0.5, -0.5
  CHECK(taken(Take::first_below, 1, "") == 3);
  CHECK(taken(Take::first_below, 0, "region:V1") == 2);  // 1, 0.5, 0: not below at 1
  CHECK(taken(Take::first_below, 0, "region:M1") == 2);
  CHECK(taken(Take::first_above, 0, "region:M1") == 1);
  CHECK(taken(Take::argmin, 0, "region:M1") == 2);
  CHECK(taken(Take::argmax, 0, "region:M1") == 1);  // 10 at both ends: the first
  CHECK(taken(Take::max, 0, "region:M1") == 10);
  CHECK(taken(Take::min, 0, "region:M1") == 0);
  CHECK(taken(Take::first, 0, "") == 1.5);
  CHECK(taken(Take::last, 0, "") == -0.5);
  CHECK(taken(Take::mean, 1, "") == 1.5);
}

TEST_CASE("collapse: the point that another metric chooses") {
  auto t = swept();
  auto c = spec(Take::at_min);
  c.metrics[0].by = "x[region:M1]";
  collapse({c}, t);
  CHECK(value(t, 0, "") == 0.5);  // at G = 2
  CHECK(value(t, 1, "") == 1.5);
}

TEST_CASE("collapse: a threshold that is never passed") {
  auto t = swept();
  auto c = spec(Take::first_below, -100);
  collapse({c}, t);
  CHECK(std::isnan(value(t, 0, "")));
  c.metrics[0].otherwise = inf;
  t = swept();
  collapse({c}, t);
  CHECK(value(t, 0, "") == inf);
}

TEST_CASE("collapse: a failed point fails its line and no other; an unknown metric fails all") {
  auto t = swept();
  t.runs[0].failed = true;
  t.runs[0].error = "diverged";
  collapse({spec(Take::first)}, t);
  CHECK(t.runs[6].failed);
  CHECK(t.runs[6].error == "run 0 (g = 3): diverged");
  CHECK_FALSE(t.runs[7].failed);
  t = swept();
  auto c = spec(Take::first);
  c.metrics[0].of = "z";
  collapse({c}, t);
  CHECK(t.runs[6].error == "there is no metric 'z'; did you mean 'x'? There are: x");
}

TEST_CASE("collapse: the table of TOML") {
  Node root = parse_toml(R"(
[[collapse]]
name = "order"
arm = "sweep"
along = "g"
[collapse.metric.saturation]
of = "variance"
take = "first_below"
threshold = 1e-3
otherwise = 1e9
[collapse.metric.best]
of = "r"
take = "at_max"
by = "r[train"
)",
                         "e.toml");
  Diagnostics d;
  check_table(collapse_spec(), root.find("collapse")->items[0], d);
  const auto loaded = load_collapses(root, d);
  REQUIRE(loaded.size() == 1);
  CHECK(loaded[0].metrics[0].take == Take::first_below);
  CHECK(loaded[0].metrics[0].threshold == 1e-3);
  CHECK(loaded[0].metrics[0].otherwise == 1e9);
  CHECK(std::isnan(loaded[0].metrics[1].otherwise));
  REQUIRE(d.errors().size() == 1);
  CHECK(d.errors()[0] == "e.toml:14:6: by = 'r[train', column 2: this '[' has no ']'");
}
