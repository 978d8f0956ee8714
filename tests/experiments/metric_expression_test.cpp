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
  CHECK(error("sqrt(2)") == "1: there is no function 'sqrt'; there are abs, log, max and min");
  CHECK(error("1 + maxi(2, 3)") ==
        "5: there is no function 'maxi'; did you mean 'max'? There are abs, log, max and min");
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
