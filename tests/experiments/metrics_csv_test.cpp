// metrics.csv: its exact bytes, and that everything in it reads back.
#include "experiment/metrics_csv.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "encephagen/sdk/random.hpp"
#include "support.hpp"

using namespace encephagen;

namespace {

RunTable table() {
  RunTable t;
  t.runs.resize(3);
  t.runs[0].arm = "real";
  t.runs[0].sweep = {{"long_range.0.global_coupling", "0.050"}};
  t.runs[1].arm = "null, \"degree\"";
  t.runs[1].replicate = 7;
  t.runs[1].sweep = {{"net", "\"a\nb\""}, {"long_range.0.global_coupling", "0.1"}};
  t.runs[2].arm = "plain";
  t.rows = {{0, "rate_hz", "Hz", "", 0.1},
            {0, "rate_hz", "Hz", "region:V1", 1.0 / 3},
            {1, "rate_hz", "Hz", "", -std::numeric_limits<double>::quiet_NaN()},
            {1, "x", "", "", std::numeric_limits<double>::infinity()},
            {2, "x", "", "", 1e-300}};
  return t;
}

std::string error(const std::string& text) {
  try {
    read_metrics_csv(text);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("metrics.csv: the bytes are tidy rows, quoted where needed") {
  CHECK(write_metrics_csv(table()) ==
        "run,arm,replicate,long_range.0.global_coupling,net,metric,group,value,unit\n"
        "0,real,0,0.050,,rate_hz,,0.1,Hz\n"
        "0,real,0,0.050,,rate_hz,region:V1,0.3333333333333333,Hz\n"
        "1,\"null, \"\"degree\"\"\",7,0.1,\"\"\"a\nb\"\"\",rate_hz,,nan,Hz\n"
        "1,\"null, \"\"degree\"\"\",7,0.1,\"\"\"a\nb\"\"\",x,,inf,\n"
        "2,plain,0,,,x,,1e-300,\n");
  CHECK(write_metrics_csv({}) == "run,arm,replicate,metric,group,value,unit\n");
}

TEST_CASE("metrics.csv: what is written reads back, and writes the same bytes again") {
  const std::string text = write_metrics_csv(table());
  const RunTable t = read_metrics_csv(text);
  CHECK(write_metrics_csv(t) == text);
  REQUIRE(t.runs.size() == 3);
  REQUIRE(t.rows.size() == 5);
  CHECK(t.runs[1].arm == "null, \"degree\"");
  CHECK(t.runs[1].replicate == 7);
  CHECK(t.runs[1].sweep.size() == 2);
  CHECK(t.runs[2].sweep.empty());
  CHECK(t.rows[1].group == "region:V1");
  CHECK(t.rows[1].unit == "Hz");
  CHECK(t.rows[1].value == 1.0 / 3);
  CHECK(std::isnan(t.rows[2].value));
}

TEST_CASE("metrics.csv: any double reads back bit for bit") {
  eg::Random random(1, "csv");
  RunTable t;
  t.runs.resize(1);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t bits = random.next_u64();
    double v;
    std::memcpy(&v, &bits, sizeof v);
    if (!std::isnan(v)) t.rows.push_back({0, "m", "", "", v});
  }
  const RunTable back = read_metrics_csv(write_metrics_csv(t));
  size_t equal = 0;
  for (size_t i = 0; i < t.rows.size(); ++i) equal += std::memcmp(&t.rows[i].value, &back.rows[i].value, 8) == 0;
  CHECK(equal == t.rows.size());
}

TEST_CASE("metrics.csv: lines of other systems are read, and a run without rows has failed") {
  const RunTable t = read_metrics_csv("run,arm,replicate,metric,group,value,unit\r\n1,a,0,m,,\"2\",\r\n");
  REQUIRE(t.runs.size() == 2);
  CHECK(t.runs[0].failed);
  CHECK(t.runs[0].error == "no row in metrics.csv");
  CHECK(!t.runs[1].failed);
  CHECK(t.rows[0].value == 2);
}

TEST_CASE("metrics.csv: a broken table is refused with its line") {
  const std::string head = "run,arm,replicate,metric,group,value,unit\n";
  CHECK(error("") == "metrics.csv:1: the first line must be run,arm,replicate,...,metric,group,value,unit");
  CHECK(error("run,arm\n") == "metrics.csv:1: the first line must be run,arm,replicate,...,metric,group,value,unit");
  CHECK(error(head + "0,a,0,m,,1\n") == "metrics.csv:2: 6 fields, the header has 7");
  CHECK(error(head + "0,\"a\nb\",0,m,,1,\n0,c,0,m,,x,\n") ==
        "metrics.csv:4: run 0 has another arm, replicate or sweep point than before");
  CHECK(error(head + "0,a,0,m,,x,\n") == "metrics.csv:2: value 'x' is not a number");
  CHECK(error(head + "-1,a,0,m,,1,\n") == "metrics.csv:2: run '-1' is not a number from 0");
  CHECK(error(head + "99999999999,a,0,m,,1,\n") == "metrics.csv:2: run 99999999999 is beyond every experiment");
  CHECK(error(head + "0,\"a,0,m,,1,\n") == "metrics.csv:2: a quoted field does not end");
  CHECK(error(head + "0,a\"b,0,m,,1,\n") == "metrics.csv:2: a quote stands in the middle of a field");
  CHECK(error(head + "0,\"a\"b,0,m,,1,\n") == "metrics.csv:2: a quote stands in the middle of a field");
}
