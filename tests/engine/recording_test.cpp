// Recordings of rates, of states now and then and of spikes, from all regions or some: alike on any number of threads,
// and consistent with one another.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// 12 regions of 700 neurons; the delay makes blocks of 13 steps, which no interval is a multiple of.
std::string network(const std::string& run = "") {
  return "format = 1\n[run]\nseed = 9\nduration_ms = 60.0\nprecision = \"single\"\n" + run +
         R"(
[connectome]
plugin = "core.spatial"
params.n_regions = 12
params.density = 0.8
[region.population.exc]
plugin = "core.lif"
n = 560
[region.population.inh]
plugin = "core.lif"
n = 140
[[region.projection]]
from = "exc"
to = ["exc", "inh"]
rule = { fixed_indegree = 16 }
weight_mv = 2.0
delay_ms = 1.3
[[region.projection]]
from = "inh"
to = ["exc", "inh"]
rule = { fixed_indegree = 4 }
weight_mv = -10.0
delay_ms = 1.3
[[encoder]]
plugin = "core.poisson"
to = "*.*"
params.rate_hz = 2600.0
[[record]]
name = "spikes"
from = "*.exc"
spikes = true
[[record]]
name = "rates"
from = "*.exc"
rates = true
every_ms = 5.0
[[record]]
name = "some_rates"
from = "*_L.inh"
rates = true
every_ms = 0.7
[[record]]
name = "some_spikes"
from = "*_L.exc"
spikes = true
[[record]]
name = "v"
from = "!*_L.inh"
state = "v_mv"
every_ms = 2.5
[[record]]
name = "v_all"
from = "*.inh"
state = "v_mv"
every_ms = 0.1
)";
}

enum Record { kSpikes, kRates, kSomeRates, kSomeSpikes, kV, kVAll };
using Recordings = std::vector<std::vector<std::vector<double>>>;

}  // namespace

TEST_CASE("recording: rates, states and spikes are alike on any number of threads") {
  Network alone(network());
  CHECK(alone.simulation.block_steps() == 13);
  const auto expected = alone.run();
  CHECK(expected[kSpikes].size() > 1000);
  for (const unsigned threads : {2u, 3u, 4u}) {
    Network net(network(), threads);
    CHECK(net.simulation.threads() == threads);
    const auto found = net.run();
    for (size_t r = 0; r < expected.size(); ++r) {
      CAPTURE(threads);
      CAPTURE(r);
      CHECK(found[r] == expected[r]);
    }
  }
}

TEST_CASE("recording: rates are counted spikes, chosen regions a part of all, coarse samples a part of fine ones") {
  Network net(network());
  const auto out = net.run();
  const auto& records = net.simulation.records();
  // Rates of 5 ms over 560 units.
  REQUIRE(out[kRates].size() == 12);
  std::map<std::pair<size_t, size_t>, double> count;
  for (const auto& s : out[kSpikes])
    ++count[{static_cast<size_t>(std::ceil(s[0] / 5 - 1e-9)) - 1, static_cast<size_t>(s[1]) / 560}];
  for (size_t k = 0; k < 12; ++k)
    for (size_t r = 0; r < 12; ++r) CHECK_CLOSE(out[kRates][k][r], count[std::pair(k, r)] / (0.005 * 560), 1e-12, 0);
  // 60 ms hold 85 intervals of 0.7 ms.
  const auto left = net.brain.select("*_L");
  REQUIRE(left.size() == 6);
  CHECK(out[kSomeRates].size() == 85);
  CHECK(out[kSomeRates][0].size() == 6);
  Recordings::value_type some;
  for (const auto& s : out[kSpikes])
    if (std::ranges::find(left, static_cast<size_t>(s[1]) / 560) != left.end()) some.push_back(s);
  CHECK(out[kSomeSpikes] == some);
  REQUIRE(out[kV].size() == 24);
  REQUIRE(out[kVAll].size() == 600);
  const auto& units = records[kV].unit;
  REQUIRE(units.size() == 6 * 140);
  bool agree = true;
  for (size_t k = 0; k < 24; ++k)
    for (size_t i = 0; i < units.size(); ++i) agree = agree && out[kV][k][i] == out[kVAll][25 * k + 24][units[i]];
  CHECK(agree);
}

TEST_CASE("recording: nothing of the transient is recorded, and all that follows is as without one") {
  const auto whole = Network(network()).run();
  const auto late = Network(network("transient_ms = 20.0\n"), 3).run();
  Recordings::value_type spikes;
  for (const auto& s : whole[kSpikes])
    if (s[0] > 20 + 1e-9) spikes.push_back(s);
  CHECK(late[kSpikes] == spikes);
  REQUIRE(late[kRates].size() == 8);
  CHECK(std::equal(late[kRates].begin(), late[kRates].end(), whole[kRates].begin() + 4));
  REQUIRE(late[kVAll].size() == 400);
  CHECK(std::equal(late[kVAll].begin(), late[kVAll].end(), whole[kVAll].begin() + 200));
  CHECK(late[kSomeRates].size() == 57);
}

TEST_CASE("recording: times lie at the end of the sampled step, and blocks come in order") {
  Network net(network(), 2);
  std::vector<double> last(6, 0);
  size_t n_blocks = 0;
  RecordSink sink;
  sink.signal = [&](size_t i, std::span<const double> time, std::span<const double> rows) {
    ++n_blocks;
    CHECK(rows.size() == time.size() * net.simulation.records()[i].unit.size());
    const double every = net.simulation.records()[i].spec->every_ms;
    for (const double t : time) {
      CHECK_CLOSE(t, last[i] + every, 0, 1e-9);
      last[i] = t;
    }
  };
  sink.spikes = [&](size_t i, std::span<const double> time, std::span<const int64_t> unit) {
    CHECK(time.size() == unit.size());
    for (const double t : time) {
      CHECK(t >= last[i]);
      last[i] = t;
    }
  };
  CHECK(net.simulation.run(sink));
  CHECK_CLOSE(last[kVAll], 60, 0, 1e-9);
  CHECK(n_blocks > 6);  // full buffers are handed on while the run goes on
}
