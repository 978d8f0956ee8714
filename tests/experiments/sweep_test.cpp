// Sweeps: lists, ranges, distributions, and what is said about those that make no sense.
#include "experiment/sweep.hpp"

#include <cmath>

#include "scenario/toml_document.hpp"
#include "support.hpp"

using namespace encephagen;

namespace {

std::vector<AssignedKeys> points(const std::string& text, uint64_t seed = 1) {
  const Node sweep = parse_toml(text, "sweep.toml");
  Diagnostics d;
  auto out = sweep_points(&sweep, seed, d);
  d.throw_if_any();
  return out;
}

std::string written(const std::vector<AssignedKeys>& points) {
  std::string out;
  for (const auto& p : points) {
    if (!out.empty()) out += "; ";
    for (size_t i = 0; i < p.size(); ++i) out += (i ? ", " : "") + p[i].first + " " + write_toml_value(p[i].second);
  }
  return out;
}

std::string complaint(const std::string& text) {
  const Node sweep = parse_toml(text, "sweep.toml");
  Diagnostics d;
  sweep_points(&sweep, 1, d);
  return d.ok() ? "none" : d.errors()[0];
}

}  // namespace

TEST_CASE("sweep: no table is one point without keys") {
  Diagnostics d;
  CHECK(sweep_points(nullptr, 1, d).size() == 1);
  CHECK(sweep_points(nullptr, 1, d)[0].empty());
}

TEST_CASE("sweep: lists and ranges are combined, the first key changing slowest") {
  CHECK(written(points("a = [1, 2]\nb = ['x', 'y']")) == "a 1, b \"x\"; a 1, b \"y\"; a 2, b \"x\"; a 2, b \"y\"");
  CHECK(written(points("a = { from = 0.01, to = 0.05, step = 0.01 }")) == "a 0.01; a 0.02; a 0.03; a 0.04; a 0.05");
  CHECK(written(points("a = { from = 2, to = 0, n = 3 }")) == "a 2.0; a 1.0; a 0.0");
  CHECK(written(points("a = { from = 0.001, to = 0.1, n = 3, scale = 'log' }")) == "a 0.001; a 0.01; a 0.1");
  CHECK(written(points("a = { from = 0.0, to = 1.0, n = 1 }")) == "a 0.0");
}

TEST_CASE("sweep: draws lie within their bounds, go together, and do not depend on how many there are") {
  const auto few =
      points("'x.a' = { uniform = [1, 3], n = 5 }\n'x.b' = { log_uniform = [0.01, 100], n = 5 }\nc = [1, 2]");
  REQUIRE(few.size() == 10);  // five draws, combined with the list
  const auto many = points("'x.a' = { uniform = [1, 3], n = 400 }\n'x.b' = { log_uniform = [0.01, 100], n = 400 }");
  REQUIRE(many.size() == 400);
  CHECK(many[4][0].second.number == few[4][1].second.number);
  double sum = 0, log_sum = 0, product = 0;
  for (const auto& p : many) {
    const double a = p[0].second.number, b = std::log10(p[1].second.number);
    CHECK(a >= 1);
    CHECK(a <= 3);
    CHECK(std::abs(b) <= 2);
    sum += a, log_sum += b, product += (a - 2) * b;
  }
  CHECK(std::abs(sum / 400 - 2) < 4 * 2 / std::sqrt(12 * 400));
  CHECK(std::abs(log_sum / 400) < 4 * 4 / std::sqrt(12 * 400));
  CHECK(std::abs(product / 400) < 4 * (2 / std::sqrt(12.0)) * (4 / std::sqrt(12.0)) / 20);  // independent of each other
  CHECK(points("a = { uniform = [0, 1], n = 3 }", 2)[0][0].second.number !=
        points("a = { uniform = [0, 1], n = 3 }", 1)[0][0].second.number);
}

TEST_CASE("sweep: what makes no sense is refused in words") {
  CHECK(complaint("a = 3") ==
        "sweep.toml:1:5: sweep over 'a' needs a list of values, a range { from, to, n } or a distribution { uniform = "
        "[low, high], n }");
  CHECK(complaint("a = []") == complaint("a = 3"));
  CHECK(complaint("a = { from = 1, to = 2 }") ==
        "sweep.toml:1:5: sweep over 'a': a range needs from, to and either n or step");
  CHECK(complaint("a = { from = 1, to = 2, n = 2, step = 1 }") == complaint("a = { from = 1, to = 2 }"));
  CHECK(complaint("a = { from = 0, to = 2, n = 2, scale = 'log' }") ==
        "sweep.toml:1:5: sweep over 'a': a log range needs n, and from and to above 0");
  CHECK(complaint("a = { from = 0, to = 2, step = 1e-9 }") ==
        "sweep.toml:1:5: sweep over 'a': the step is so small that there are more than a million values");
  CHECK(complaint("a = { uniform = [2, 1], n = 3 }") ==
        "sweep.toml:1:5: sweep over 'a': uniform needs [low, high] with low below high, and n");
  CHECK(complaint("a = { log_uniform = [0, 1], n = 3 }") ==
        "sweep.toml:1:5: sweep over 'a': log_uniform needs [low, high] with low below high and above 0, and n");
  CHECK(
      complaint("a = { uniform = [0, 1], n = 3 }\nb = { uniform = [0, 1], n = 4 }") ==
      "sweep.toml:2:29: sweep over 'b': n = 4, but the other keys that are drawn have n = 3; they are drawn together");
  CHECK(complaint("a = { form = 1, to = 2, n = 3 }") ==
        "sweep.toml:1:7: 'form' is not a key of a sweep; did you mean 'from'?");
}
