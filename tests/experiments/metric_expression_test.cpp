// Metric expressions: arithmetic, groups, and what the messages say.
#include "experiment/metric_expression.hpp"

#include <cmath>
#include <limits>

#include "support.hpp"

using namespace encephagen;

namespace {

RunTable table() {
  const double undetermined = std::numeric_limits<double>::quiet_NaN();
  RunTable t;
  t.runs.resize(2);
  t.rows = {{0, "timescale_ms", "ms", "prefrontal", 12.5},
            {0, "timescale_ms", "ms", "sensory", 4},
            {0, "timescale_ms", "ms", "region:V1", 3},
            {0, "timescale_ms", "ms", "region:v1", 5},
            {0, "timescale_ms", "ms", "region:BG-Cd_R", 7},
            {0, "rate_hz", "Hz", "", 8},
            {0, "rate_hz", "Hz", "region:V1", 9},
            {0, "cv", "", "", undetermined},
            {0, "twice", "", "", 1},
            {0, "twice", "", "", 1}};
  return t;
}

double value(const char* expression, const char* bare_group = "") {
  const auto t = table();
  return MetricExpression(expression).evaluate(metrics_by_run(t)[0], bare_group);
}

// "COLUMN: message" of what parsing or evaluating throws.
std::string error(const char* expression, const char* bare_group = "", size_t run = 0) {
  const auto t = table();
  try {
    MetricExpression(expression).evaluate(metrics_by_run(t)[run], bare_group);
  } catch (const ExpressionError& e) {
    return std::to_string(e.column()) + ": " + e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("metric expression: arithmetic binds as on paper") {
  CHECK(value("1 + 2 * 3") == 7);
  CHECK(value("(1 + 2) * 3") == 9);
  CHECK(value("8 - 3 - 2") == 3);
  CHECK(value("8 / 4 / 2") == 1);
  CHECK(value("-2 * -(3 - 1)") == 4);
  CHECK(value("2 - -3") == 5);
  CHECK(value("+1.5e1 - .5") == 14.5);
  CHECK(value("abs(3 - 5)") == 2);
  CHECK(value("log(1)") == 0);
  CHECK(value("min(3, 1, 2) + max(4, 6, 5)") == 7);
}

TEST_CASE("metric expression: metrics are taken from the run, groups in any case") {
  CHECK(value("timescale_ms[prefrontal] - timescale_ms[sensory]") == 8.5);
  CHECK(value("timescale_ms[ Prefrontal ]") == 12.5);
  CHECK(value("rate_hz / 2") == 4);
  CHECK(value("timescale_ms[region:V1]") == 3);
  CHECK(value("timescale_ms[region:v1]") == 5);
  CHECK(value("timescale_ms[region:bg-cd_r]") == 7);
}

TEST_CASE("metric expression: a bare name stands for the region asked for") {
  CHECK(value("timescale_ms", "region:V1") == 3);
  CHECK(value("rate_hz - timescale_ms[sensory]", "region:V1") == 5);
}

TEST_CASE("metric expression: what cannot be determined stays NaN") {
  CHECK(std::isnan(value("cv + 1")));
  CHECK(std::isnan(value("min(cv, 1)")));
  CHECK(std::isnan(value("max(1, cv)")));
  CHECK(std::isnan(value("log(-1)")));
  CHECK(std::isinf(value("1 / 0")));
}

TEST_CASE("metric expression: unknown metrics and groups are named, with what there is and the nearest") {
  CHECK(error("1 + timescale") ==
        "5: there is no metric 'timescale'; did you mean 'timescale_ms'? There are: cv, rate_hz, timescale_ms, twice");
  CHECK(error("entropy") == "1: there is no metric 'entropy'; there are: cv, rate_hz, timescale_ms, twice");
  CHECK(error("cv", "", 1) == "1: there is no metric 'cv': the run has no metrics");
  CHECK(error("timescale_ms[prefontal]") ==
        "1: metric 'timescale_ms' has no group 'prefontal'; did you mean 'prefrontal'? It has: prefrontal, sensory "
        "and 3 "
        "regions (region:LABEL)");
  CHECK(error("timescale_ms[region:V2]") ==
        "1: metric 'timescale_ms' has no group 'region:V2'; did you mean 'region:V1'? It has: prefrontal, "
        "region:BG-Cd_R, "
        "region:V1, region:v1, sensory");
  CHECK(error("timescale_ms") ==
        "1: metric 'timescale_ms' has no value for the whole network; it has: prefrontal, sensory and 3 regions "
        "(region:LABEL)");
  CHECK(error("rate_hz[motor]") ==
        "1: metric 'rate_hz' has no group 'motor'; it has: the whole network and 1 region (region:LABEL)");
  CHECK(error("twice") ==
        "1: metric 'twice' was written twice for the whole network: give one of the analyzers another name for it");
}

TEST_CASE("metric expression: a group that matches two in another case is refused") {
  RunTable t;
  t.runs.resize(1);
  t.rows = {{0, "m", "", "region:V1", 3}, {0, "m", "", "region:v1", 5}};
  const auto runs = metrics_by_run(t);
  std::string message;
  try {
    MetricExpression("m[REGION:V1]").evaluate(runs[0]);
  } catch (const ExpressionError& e) {
    message = e.what();
  }
  CHECK(message == "'REGION:V1' may be 'region:V1' or 'region:v1': write it as it stands there");
}

TEST_CASE("metric expression: syntax errors carry their column") {
  CHECK(error("") == "1: a number, a metric or '(' is missing at the end");
  CHECK(error("1 +") == "4: a number, a metric or '(' is missing at the end");
  CHECK(error("1 + * 2") == "5: expected a number, a metric or '(', found '*'");
  CHECK(error("(1 + 2") == "7: expected ')' for the '(' in column 1, found the end of the expression");
  CHECK(error("abs(1 2)") == "7: expected ')' for the '(' in column 4, found '2'");
  CHECK(error("rate_hz cv") == "9: 'cv' is left over; an operator is missing before it");
  CHECK(error("2x") == "2: 'x' is left over; an operator is missing before it");
  CHECK(error("1)") == "2: ')' is left over; an operator is missing before it");
  CHECK(error("rate_hz[motor") == "8: this '[' has no ']'");
  CHECK(error("rate_hz[]") == "8: no group between the brackets; 'rate_hz' alone is the whole network");
  CHECK(error("sqrt(2)") ==
        "1: there is no function 'sqrt'; there are abs, log, max, min, kendall, partial_pearson, partial_spearman, "
        "pearson, region_count, region_max, region_mean, region_min, region_sd, spearman");
  CHECK(error("1 + maxi(2, 3)") ==
        "5: there is no function 'maxi'; did you mean 'max'? There are abs, log, max, min, kendall, partial_pearson, "
        "partial_spearman, pearson, region_count, region_max, region_mean, region_min, region_sd, spearman");
  CHECK(error("log(1, 2)") == "1: log takes one argument, not 2");
  CHECK(error("max(1)") == "1: max takes two arguments or more");
  CHECK(error(".") == "1: '.' is not a number");
  CHECK(error("1e999") == "1: '1e999' is not a number");
}

TEST_CASE("metric expression: hostile nesting is refused, not followed") {
  const std::string deep = std::string(100000, '(') + "1" + std::string(100000, ')');
  CHECK(error(deep.c_str()).find("too many parentheses within each other") != std::string::npos);
  CHECK(value((std::string(99, '(') + "1" + std::string(99, ')')).c_str()) == 1);
  CHECK(value((std::string(100001, '-') + "1").c_str()) == -1);
}

// ---- over regions, and of other arms
// ---------------------------------------------------------------------------------

namespace {

// Arm "a" (run 0) and two runs of arm "b"; "x" grows over the regions of "a", "y" falls but for one.
RunTable two_arms() {
  RunTable t;
  t.runs.resize(4);
  t.runs[0].arm = "a", t.runs[0].sweep = {{"g", "1.0"}};
  t.runs[1].arm = t.runs[2].arm = "b";
  t.runs[1].sweep = t.runs[2].sweep = {{"g", "1.0"}, {"h", "5"}};
  t.runs[3].arm = "b", t.runs[3].sweep = {{"g", "2.0"}, {"h", "5"}};
  const double undetermined = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<std::string, std::vector<double>>> metrics{
      {"x", {1, 2, 3, 4, 5}}, {"y", {9, 7, 8, 5, 1}}, {"z", {0, 1, 0, 2, undetermined}}};
  for (size_t run = 0; run < 4; ++run)
    for (const auto& [name, values] : metrics) {
      t.rows.push_back({run, name, "", "", static_cast<double>(run)});
      for (size_t i = 0; i < values.size(); ++i)
        t.rows.push_back({run, name, "", "region:R" + std::to_string(i), values[i] * (1 + static_cast<double>(run))});
    }
  return t;
}

double seen(const char* expression) {
  const auto t = two_arms();
  const auto metrics = metrics_by_run(t);
  return MetricExpression(expression).evaluate(RunsInView(t, metrics), 0);
}

std::string complaint(const char* expression) {
  try {
    seen(expression);
  } catch (const ExpressionError& e) {
    return std::to_string(e.column()) + ": " + e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("metric expression: correlations over regions") {
  CHECK_CLOSE(seen("spearman(x, y)"), -0.9, 1e-12, 0);
  CHECK_CLOSE(seen("kendall(x, y)"), -0.8, 1e-12, 0);
  CHECK_CLOSE(seen("pearson(x, -2 * x + 1)"), -1.0, 1e-12, 0);
  CHECK_CLOSE(seen("1 - abs(spearman(x, y))"), 0.1, 1e-12, 0);
  // With one covariate: (r_xy - r_xz r_yz) / sqrt((1 - r_xz^2) (1 - r_yz^2)); over the four regions that have a z.
  const double xy = -0.8, xz = 0.632455532033676, yz = -0.948683298050514;  // by hand, from midranks
  CHECK_CLOSE(seen("partial_spearman(x, y, z)"), (xy - xz * yz) / std::sqrt((1 - xz * xz) * (1 - yz * yz)), 1e-9, 0);
}

TEST_CASE("metric expression: summaries over regions leave out what has no value") {
  CHECK(seen("region_mean(x)") == 3);
  CHECK(seen("region_mean(z)") == 0.75);
  CHECK(seen("region_min(x - y)") == -8);
  CHECK(seen("region_max(x - y)") == 4);
  CHECK(seen("region_count(z)") == 2);
  CHECK_CLOSE(seen("region_sd(x)"), std::sqrt(2.5), 1e-12, 0);
}

TEST_CASE("metric expression: other arms are averaged over their runs at the same sweep point") {
  CHECK(seen("x@b") == 1.5);  // runs 1 and 2, not 3
  CHECK(seen("x[region:R0]@b - x[region:R0]") == 1.5);
  CHECK_CLOSE(seen("spearman(x, y@b)"), -0.9, 1e-12, 0);
  CHECK(seen("region_mean(x@b)") == 7.5);
  CHECK(MetricExpression("spearman(x, y@b) + z@c").other_arms() == std::vector<std::string>{"b", "c"});
}

TEST_CASE("metric expression: what cannot be asked of regions and arms") {
  CHECK(complaint("x@") == "2: the name of an arm is missing after '@'");
  CHECK(complaint("x@other") == "1: there is no arm 'other'; there are: a, b");
  CHECK(complaint("spearman(x)") == "1: spearman takes two arguments, not 1");
  CHECK(complaint("partial_spearman(x, y)") == "1: partial_spearman takes three arguments or more, not 2");
  CHECK(complaint("region_mean(x, y)") == "1: region_mean takes one argument, not 2");
  CHECK(complaint("spearman(x, 1)") ==
        "1: an argument of spearman has no metric without brackets: it is the same for every region");
  CHECK(complaint("sperman(x, y)") ==
        "1: there is no function 'sperman'; did you mean 'spearman'? There are abs, log, max, min, kendall, "
        "partial_pearson, partial_spearman, pearson, region_count, region_max, region_mean, region_min, region_sd, "
        "spearman");
  CHECK(error("x@b") == "1: '@b': other arms cannot be looked at here");
  CHECK_FALSE(MetricExpression("spearman(x, y)").has_bare_metric());
}
