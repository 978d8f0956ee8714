// Expected figures: within tolerance, beyond it, or not to be had.
#include "experiment/expected.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_tables.hpp"
#include "support.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

RunTable table() {
  Runs runs;
  for (const double v : {1.0, 2.0, 3.0}) runs.add("real", "g", v, {{"g", "0.01"}});
  for (const double v : {10.0, 20.0}) runs.add("real", "g", v, {{"g", "0.05"}});
  runs.add("broken", "g", 1).fail("broken", "g", "diverged at t = 3 ms").add("empty", "g", undetermined);
  return runs.table;
}

ExpectedFigure figure(const char* arm, const char* g, double value, double tolerance) {
  ExpectedFigure f;
  f.id = "mean_x";
  f.arm = arm;
  if (*g) f.where = {{"g", g}};
  f.metric = "2 * x";
  f.value = value;
  f.tolerance = tolerance;
  f.reason = "spread over seeds";
  return f;
}

FigureResult compared(const ExpectedFigure& f) { return compare_figures(std::vector{f}, table())[0]; }

}  // namespace

TEST_CASE("expected: the mean over the matching runs is held against the figure") {
  const auto ok = compared(figure("real", "0.010", 4.25, 0.25));
  CHECK(ok.status == FigureStatus::ok);
  CHECK(ok.found == 4);
  CHECK(ok.n_runs == 3);
  CHECK(ok.text == "within 0.25 of 4.25");
  CHECK(compared(figure("real", "", 14.4, 0)).found == 14.4);  // all five runs
}

TEST_CASE("expected: a deviation says by how much, in which direction, and why so much is allowed") {
  CHECK(compared(figure("real", "0.05", 29, 0.5)).status == FigureStatus::deviates);
  CHECK(compared(figure("real", "0.05", 29, 0.5)).text == "30 is 1 above 29; 0.5 is allowed (spread over seeds)");
  CHECK(compared(figure("real", "0.05", 30.75, 0.5)).text ==
        "30 is 0.75 below 30.75; 0.5 is allowed (spread over seeds)");
}

TEST_CASE("expected: a figure that cannot be had is missing, with the reason") {
  CHECK(compared(figure("real", "0.02", 0, 9)).text == "no run of arm 'real' has g = 0.02; it has: 0.01, 0.05");
  CHECK(compared(figure("rael", "", 0, 9)).text ==
        "there is no arm 'rael'; did you mean 'real'? arms: real, broken, empty");
  CHECK(compared(figure("broken", "", 0, 9)).text == "run 6 of arm 'broken' failed: diverged at t = 3 ms");
  CHECK(compared(figure("empty", "", 0, 9)).text == "run 7 of arm 'empty' could not determine '2 * x'");
  auto f = figure("real", "", 0, 9);
  f.metric = "1 + y";
  CHECK(compared(f).text == "metric '1 + y', column 5: there is no metric 'y'; did you mean 'x'? There are: x");
  f.metric = "x +";
  CHECK(compared(f).text == "metric 'x +', column 4: a number, a metric or '(' is missing at the end");
  CHECK(compared(f).status == FigureStatus::missing);
  CHECK(std::isnan(compared(f).found));
}

TEST_CASE("expected: the table and the JSON hold figure, finding and publication") {
  auto published = figure("real", "0.01", 4, 0.5);
  published.published = 4.2;
  published.source = "the study of 2026";
  const auto results =
      compare_figures(std::vector{published, figure("real", "0.05", 29, 0.5), figure("empty", "", 0, 1)}, table());
  CHECK(figures_table(results) == R"(figure  status    found  expected  tolerance  published  runs
------  --------  -----  --------  ---------  ---------  ----  ----------------------------------------------------
mean_x  ok            4         4        0.5        4.2     3
mean_x  deviates     30        29        0.5                2  30 is 1 above 29; 0.5 is allowed (spread over seeds)
mean_x  missing                 0          1                   run 7 of arm 'empty' could not determine '2 * x'
)");
  const auto json = nlohmann::json::parse(figures_json(results));
  REQUIRE(json.size() == 3);
  CHECK(json[0]["expected"] == 4);
  CHECK(json[0]["found"] == 4);
  CHECK(json[0]["published"] == 4.2);
  CHECK(json[0]["status"] == "ok");
  CHECK(json[0]["where"]["g"] == "0.01");
  CHECK(json[2]["found"].is_null());
  CHECK(json[2]["published"].is_null());
  CHECK(figures_json({}) == "[]\n");
}
