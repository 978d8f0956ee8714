// Decompositions of planted data: each metric must come out at the level it was made at.
#include "experiment/level_decomposition.hpp"

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "experiment/claim.hpp"
#include "support.hpp"

using namespace encephagen;
using stats::Level;
using stats::RungClass;

namespace {

constexpr size_t n_nulls = 199;

// Metrics whose real value is 0; the nulls of a rung lie at 0 where it keeps what the metric hangs on, else at 10.
struct Planted {
  const char* metric;
  std::vector<double> mean_of_rung;  // er, degree, strength, more
};
const std::vector<Planted> planted{{"by_degree", {10, 0, 0, 0}}, {"by_strength", {10, 10, 0, 0}},
                                   {"by_more", {10, 10, 10, 0}}, {"by_wiring", {10, 10, 10, 10}},
                                   {"by_nothing", {0, 0, 0, 0}}, {"halfway", {10, 4, 4, 4}}};
const std::vector<std::string> rungs{"er", "degree", "strength", "more"};

RunTable table(size_t repeats = 4) {
  RunTable t;
  eg::Random noise(1, "planted");
  const auto add = [&](const std::string& arm, const std::string& graph, size_t replicate, size_t repeat, size_t rung) {
    RunInfo run;
    run.arm = arm, run.graph_id = graph, run.replicate = replicate, run.repeat = repeat;
    for (const auto& p : planted) {
      const double mean = arm == "real" ? 0 : p.mean_of_rung[rung];
      t.rows.push_back({t.runs.size(), p.metric, "", "", mean + noise.normal()});
    }
    t.runs.push_back(run);
  };
  for (size_t r = 0; r < repeats; ++r) add("real", "real", 0, r, 0);
  for (size_t rung = 0; rung < rungs.size(); ++rung)
    for (size_t i = 0; i < n_nulls; ++i)
      for (size_t r = 0; r < repeats; ++r) add(rungs[rung], rungs[rung] + std::to_string(i), i, r, rung);
  return t;
}

DecompositionSpec spec() {
  DecompositionSpec d;
  d.id = "planted", d.text = "planted levels", d.real = "real";
  d.ladder = {{"er", RungClass::er},
              {"degree", RungClass::degree},
              {"strength", RungClass::strength},
              {"more", RungClass::constraint}};
  for (const auto& p : planted) d.metrics.emplace_back(p.metric);
  return d;
}

}  // namespace

TEST_CASE("decomposition: planted metrics come out at their levels") {
  const auto d = decompose(std::vector{spec()}, table())[0];
  REQUIRE(d.metrics.size() == planted.size());
  const Level expected[] = {Level::degree, Level::strength, Level::constraint, Level::wiring, Level::uninformative};
  for (size_t i = 0; i < std::size(expected); ++i) {
    CAPTURE(d.metrics[i].metric);
    CAPTURE(d.metrics[i].level.reason);
    CHECK(d.metrics[i].level.level == expected[i]);
  }
  // 4 of 10 away from er and 4 away from the real graph: explained to 0.6, which is neither the same nor nothing.
  CHECK(d.metrics[5].level.level != Level::degree);
  CHECK_CLOSE(d.metrics[5].rungs[1].rung.explained.value, 0.6, 0, 0.1);
  CHECK(d.count(Level::wiring) >= 1);
  CHECK(d.is_too_small == false);  // 6 metrics x 1 / 200
  CHECK(d.metrics[3].rungs[0].n == n_nulls);
  CHECK(d.metrics[3].real_sd > 0);
  CHECK(d.metrics[3].rungs[0].z < -10);
}

TEST_CASE("decomposition: one run per graph is enough, but then the noise of one run counts as the graph") {
  // Without averaging, the real graph is one draw of noise among 199: significant in alpha of the cases, no more.
  const auto d = decompose(std::vector{spec()}, table(1))[0];
  CHECK(d.metrics[3].level.level == Level::wiring);
  CHECK(d.metrics[4].level.level == Level::uninformative);
}

TEST_CASE("decomposition: metrics that mean nothing at the operating point are not judged") {
  auto s = spec();
  s.valid_metric = "by_degree";
  s.valid_above = 100;
  const auto d = decompose(std::vector{s}, table())[0];
  CHECK(d.metrics.empty());
  CHECK(d.refusal.find("not above 100: the metrics mean nothing here") != std::string::npos);
  s.valid_metric = "none";
  CHECK(decompose(std::vector{s}, table())[0].refusal.find("there is no metric 'none'") != std::string::npos);
  s.valid_above = -100;
  s.valid_metric = "by_degree";
  CHECK(decompose(std::vector{s}, table())[0].refusal.empty());
}

TEST_CASE("decomposition: an unknown metric is left out and said so; the others are judged") {
  auto s = spec();
  s.metrics = {"by_wiring", "by_wirng"};
  const auto d = decompose(std::vector{s}, table())[0];
  CHECK(d.metrics.size() == 1);
  bool is_said = false;
  for (const auto& c : d.caveats) is_said |= c.starts_with("'by_wirng' is left out: ");
  CHECK(is_said);
}

TEST_CASE("decomposition: csv and table hold every rung") {
  const auto d = decompose(std::vector{spec()}, table());
  const auto csv = write_decompositions_csv(d);
  CHECK(std::ranges::count(csv, '\n') == static_cast<long>(1 + planted.size() * rungs.size()));
  CHECK(csv.find("planted,\"by_wiring\",") != std::string::npos);
  const auto text = decompositions_table(d);
  CHECK(text.find("D 1, S 1, C 1, W 2, uninformative 1") != std::string::npos);
  CHECK(write_decompositions_csv(decompose(std::vector{spec()}, table())) == csv);
}
