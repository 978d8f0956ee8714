// Tests of core.pattern: the drawn pattern, its repetition, files, jitter and background.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "../common/test_files.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Pattern;
using core::testing::Folder;
using core::testing::WithText;
using encephagen::testing::UnitHarness;

namespace {

void number(UnitHarness& h, size_t n) {
  std::vector<double> unit(n);
  std::iota(unit.begin(), unit.end(), 0.0);
  h.set("unit", unit);
  h.set("n_units", static_cast<double>(n));
}

// [unit]: the steps in which it spikes, once per spike.
std::vector<std::vector<size_t>> play(UnitHarness& h, size_t n_steps, double weight = 1) {
  std::vector<std::vector<size_t>> out;
  for (size_t k = 0; k < n_steps; ++k) {
    h.step(7);
    const auto& psc = h.state("psc");
    out.resize(psc.size());
    for (size_t u = 0; u < psc.size(); ++u)
      for (double left = psc[u] / weight; left > 0.5; --left) out[u].push_back(k);
  }
  return out;
}

std::string refusal(const eg_plugin& plugin, size_t n_units = 3) {
  try {
    UnitHarness h(plugin, n_units, 0.1);
    number(h, n_units);
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("pattern: drawn trains are Poisson with the given rates, and units differ") {
  const size_t n = 2000;
  UnitHarness h(eg::encoder<Pattern>, n, 1.0);
  number(h, n);
  std::vector<double> rate(n, 20);
  for (size_t u = 0; u < n; u += 2) rate[u] = 60;
  h.set("rate_hz", rate);
  h.set("length_ms", 500);
  h.init();
  const auto spikes = play(h, 600);
  for (const size_t parity : {0u, 1u}) {
    const double mean = parity == 0 ? 30 : 10;
    double sum = 0, squares = 0, early = 0;
    for (size_t u = parity; u < n; u += 2) {
      const auto k = static_cast<double>(spikes[u].size());
      sum += k, squares += (k - mean) * (k - mean);
      for (const size_t s : spikes[u]) {
        CHECK(s < 500);
        early += s < 250;
      }
    }
    const double m = static_cast<double>(n) / 2;
    CHECK_CLOSE(sum / m, mean, 0, 5 * std::sqrt(mean / m));
    // The variance of a Poisson sample variance is mean (1 + 2 mean) / m.
    CHECK_CLOSE(squares / m, mean, 0, 5 * std::sqrt(mean * (1 + 2 * mean) / m));
    CHECK_CLOSE(early / sum, 0.5, 0, 5 * 0.5 / std::sqrt(sum));
  }
  CHECK(spikes[1] != spikes[3]);
}

TEST_CASE("pattern: it comes again exactly, every period from its onset, or once") {
  UnitHarness h(eg::encoder<Pattern>, 50, 0.1);
  number(h, 50);
  h.set("rate_hz", 100);
  h.set("length_ms", 40);
  h.set("period_ms", 50);
  h.set("onset_ms", 30);
  h.set("weight", -2.5);
  h.init();
  const auto spikes = play(h, 300 + 3 * 500, -2.5);
  size_t total = 0;
  for (const auto& train : spikes) {
    REQUIRE(train.size() % 3 == 0);
    const size_t m = train.size() / 3;
    total += m;
    for (size_t k = 0; k < m; ++k) {
      CHECK(train[k] >= 300);
      CHECK(train[k] < 700);
      CHECK(train[k + m] == train[k] + 500);
      CHECK(train[k + 2 * m] == train[k] + 1000);
    }
  }
  CHECK(total > 100);
  UnitHarness once(eg::encoder<Pattern>, 50, 0.1);
  number(once, 50);
  once.set("rate_hz", 100);
  once.set("length_ms", 40);
  once.set("period_ms", 0);
  once.init();
  size_t n_once = 0;
  for (const auto& train : play(once, 2000)) n_once += train.size();
  CHECK(n_once == total);
}

TEST_CASE("pattern: neither dt nor the number of units changes it, only its seed does") {
  const auto trains = [](size_t n, double dt_ms, double seed) {
    UnitHarness h(eg::encoder<Pattern>, n, dt_ms);
    number(h, n);
    h.set("rate_hz", 50);
    h.set("pattern_seed", seed);
    h.init();
    return play(h, static_cast<size_t>(200 / dt_ms));
  };
  const auto fine = trains(20, 0.1, 1), coarse = trains(40, 1, 1), other = trains(20, 0.1, 2);
  size_t n_same = 0;
  for (size_t u = 0; u < 20; ++u) {
    REQUIRE(fine[u].size() == coarse[u].size());
    for (size_t k = 0; k < fine[u].size(); ++k) CHECK(fine[u][k] / 10 == coarse[u][k]);
    n_same += fine[u] == other[u];
  }
  CHECK(n_same < 5);  // empty trains may agree
}

TEST_CASE("pattern: a file is played to the step; what does not fit is refused with file, line and reason") {
  const Folder folder("encephagen_pattern");
  const auto file = folder.write("p.csv", "time_ms,unit\n3.0,2\n0,0\n1.25,0\n1.21,0\n0.3,2\n");
  const WithText plugin(eg::encoder<Pattern>, "file", file);
  UnitHarness h(plugin.plugin, 3, 0.1);
  number(h, 3);
  h.set("length_ms", 5);
  h.set("period_ms", 10);
  h.init();
  const auto spikes = play(h, 200);
  CHECK(spikes[0] == std::vector<size_t>{0, 12, 12, 100, 112, 112});
  CHECK(spikes[1].empty());
  CHECK(spikes[2] == std::vector<size_t>{3, 30, 103, 130});
  CHECK(refusal(plugin.plugin, 2) ==
        file + " has a spike of unit 2, but the encoder feeds only 2 units, numbered from 0");
  const auto of = [&](const char* text) {
    const auto bad = folder.write("bad.csv", text);
    const auto seen = refusal(WithText(eg::encoder<Pattern>, "file", bad).plugin);
    return seen.starts_with(bad) ? seen.substr(bad.size()) : seen;
  };
  CHECK(of("t,unit\n1,1\n") == ":1: the first line must be 'time_ms,unit', not 't,unit'");
  CHECK(of("time_ms,unit\n1,1\nx,2\n") == ":3: a spike is written time_ms,unit, not 'x,2'");
  CHECK(of("time_ms,unit\n1,1.5\n") == ":2: a unit is a whole number from 0 on, not 1.5");
  CHECK(of("time_ms,unit\n200,1\n") == ":2: a spike at 200 ms lies outside the pattern of length_ms = 200");
  CHECK(refusal(WithText(eg::encoder<Pattern>, "file", folder.path("none.csv")).plugin) ==
        "cannot read '" + folder.path("none.csv") + "'");
}

TEST_CASE("pattern: jitter moves every spike anew with the given spread, and loses or doubles none") {
  const Folder folder("encephagen_jitter");
  const WithText plugin(eg::encoder<Pattern>, "file", folder.write("p.csv", "time_ms,unit\n50,0\n52,0\n"));
  UnitHarness h(plugin.plugin, 1, 0.1);
  number(h, 1);
  h.set("length_ms", 100);
  h.set("period_ms", 100);
  h.set("jitter_ms", 2);
  h.random("episode")[0] = 0.3;
  h.init();
  const size_t n = 3000;
  const auto spikes = play(h, n * 1000)[0];
  CHECK(spikes.size() == 2 * n);
  double sum = 0, squares = 0;
  size_t n_far = 0;
  for (const size_t s : spikes) {
    const double x = 0.1 * (static_cast<double>(s % 1000) + 0.5) - 51;
    sum += x, squares += x * x;
    n_far += std::abs(x) > 1 + 6.1;
  }
  const double m = 2.0 * static_cast<double>(n);
  CHECK(n_far == 0);
  CHECK_CLOSE(sum / m, 0, 0, 5 * 2.2 / std::sqrt(m));
  // 1 for the two places, 4 times the variance of a normal number cut at 3 (0.97334).
  CHECK_CLOSE(squares / m, 1 + 4 * 0.97334, 0, 0.4);
}

TEST_CASE("pattern: background spikes weigh the same and come besides; a new episode begins anew with other shifts") {
  UnitHarness h(eg::encoder<Pattern>, 2, 0.1);
  number(h, 2);
  h.set("rate_hz", 0);
  h.set("weight", 3);
  h.set("background_hz", 10);
  h.init();
  h.random("count") = {2, 0};
  h.step();
  CHECK(h.state("psc") == std::vector<double>{6, 0});
  const auto& unit = *static_cast<const eg_unit*>(eg::encoder<Pattern>.table);
  CHECK(std::string_view(unit.random[0].rate_param) == "background_hz");
  CHECK(unit.random[1].accepts == EG_RANDOM_SHARED);

  const auto train = [](double episode, double jitter_ms) {
    UnitHarness p(eg::encoder<Pattern>, 30, 0.1);
    number(p, 30);
    p.set("rate_hz", 50);
    p.set("jitter_ms", jitter_ms);
    p.init();
    for (double& x : p.state("cycle_count")) x = 12;  // left from an episode before
    p.random("episode") = std::vector<double>(30, episode);
    return play(p, 2000);
  };
  CHECK(train(0.2, 0) == train(0.9, 0));
  CHECK(train(0.2, 1) == train(0.2, 1));
  CHECK(train(0.2, 1) != train(0.9, 1));
}
