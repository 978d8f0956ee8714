// Simulations that a person drives: pieces give the same bits as one run; what can be seen and done in between.
#include <fmt/format.h>

#include "data/temporary_folder.hpp"
#include "engine/run.hpp"
#include "engine/session.hpp"
#include "pieces.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// Blocks of 12 steps; synapses of every storage; 6 regions of 720 neurons make two slices on two threads.
std::string spiking(const std::string& more = "") {
  return R"(format = 1
[run]
seed = 5
duration_ms = 60.0
transient_ms = 7.0
[connectome]
plugin = "core.spatial"
params.n_regions = 6
params.density = 0.8
[region.population.exc]
plugin = "core.lif"
n = 720
[[region.projection]]
from = "exc"
to = "exc"
rule = { fixed_indegree = 12 }
weight_mv = 0.6
delay_ms = { uniform = [1.2, 4.0] }
[[region.projection]]
from = "exc"
to = "exc"
rule = { fixed_indegree = 6 }
weight_mv = -0.5
delay_ms = 2.5
[[long_range]]
from = "exc"
to = "exc"
rule = { bernoulli_per_weight = 0.01 }
weight_mv = 0.4
delay = { velocity_m_per_s = 20.0, minimum_ms = 1.2 }
[[encoder]]
name = "drive"
plugin = "core.poisson"
to = "*.exc"
params.rate_hz = 2700.0
[[record]]
name = "spikes"
from = "*.exc"
spikes = true
[[record]]
name = "v"
from = "*.exc"
state = "v_mv"
every_ms = 0.7
[[record]]
name = "rates"
from = "*.exc"
rates = true
every_ms = 5.0
)" + more;
}

OwnedScenario owned(const std::string& toml) {
  OwnedScenario out;
  out.registry = std::make_unique<PluginRegistry>(
      std::vector<std::filesystem::path>{Network::binary_dir() / "lib/encephagen/plugins"});
  const auto file = source_dir() / "tests/engine/network.toml";
  out.paths = make_path_resolver(file);
  Diagnostics d;
  out.scenario = resolve_scenario(parse_toml(toml, "network.toml"), file, *out.registry, out.paths, d);
  d.throw_if_any();
  return out;
}

std::vector<double> values(const Column& c) {
  std::vector<double> out;
  for (size_t u = 0; u < c.size(); ++u) out.push_back(c[u]);
  return out;
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Failure& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("stepping: pieces of any length give the same recordings as one run, on one thread and on two") {
  for (const unsigned threads : {1u, 2u}) {
    Network pieces(spiking(), threads), whole(spiking(), threads);
    REQUIRE(whole.simulation.threads() == threads);
    REQUIRE(whole.simulation.block_steps() == 12);
    const auto expected = whole.run();
    CHECK(expected[0].size() > 1000);
    CHECK((run_in_pieces(pieces, 29, false, threads) == expected));
    CHECK((run_in_pieces(pieces, 29, true, threads) == expected));
  }
}

TEST_CASE("stepping: a coupled network of masses and one with a body go in pieces as at once") {
  const std::string mass = R"(format = 1
[run]
duration_ms = 40.0
[connectome]
plugin = "core.toy20"
params.rows = "targets"
[region.population.mass]
plugin = "core.wilson_cowan"
[[long_range]]
from = "mass"
to = "mass"
rule = { rate_per_weight = 1.0 }
global_coupling = 0.02
delay = { fixed_ms = 0.5 }
[[record]]
from = "*.mass"
every_ms = 0.3
)";
  Network pieces(mass), whole(mass);
  CHECK((run_in_pieces(pieces, 17, true) == whole.run()));

  // Episodes that end early: pieces go further than they were asked to.
  const std::string body = R"(format = 1
[run]
dt_ms = 2.0
seed = 2
[region.population.brain]
plugin = "core.lif"
n = 20
[body.cart]
plugin = "mujoco.cartpole"
params = { action = "force" }
[body.cart.controller]
plugin = "core.linear_policy"
params = { weights = [0.0, 0.0, 0.0, 0.0] }
[[encoder]]
plugin = "core.poisson"
to = "*.brain"
params.rate_hz = 2700.0
[[record]]
from = "*.brain"
spikes = true
[[phase]]
name = "try"
episodes = 4
episode_ms = 4000.0
reset = true
)";
  Network stepped(body), again(body);
  const auto expected = again.run();
  CHECK(expected[0].size() > 100);
  CHECK((run_in_pieces(stepped, 233, true) == expected));
}

TEST_CASE("stepping: an observer hears of every step once, and of the spikes that are recorded") {
  Network net(spiking());
  std::vector<std::vector<double>> seen;
  uint64_t next = 0;
  RecordSink sink{[](size_t, auto, auto) {}, [](size_t, auto, auto) {}};
  sink.stepped = [&](uint64_t from, uint64_t to) {
    CHECK(from == next);
    next = to;
    for (uint64_t step = from; step < to; ++step)
      net.simulation.spikes_of(0, step, [&](uint32_t unit) {
        if (step >= 70) seen.push_back({static_cast<double>(step + 1) * 0.1, static_cast<double>(unit)});
      });
  };
  net.simulation.begin();
  for (const uint64_t until : {5u, 100u, 101u, 333u, 600u}) {
    CHECK(net.simulation.advance(until, sink));
    CHECK(net.simulation.now() == until);
  }
  CHECK(next == 600);
  CHECK((seen == Network(spiking()).run()[0]));
}

TEST_CASE("stepping: what is injected arrives in the steps it is meant for, at the units it is meant for") {
  const std::string quiet = R"(format = 1
[run]
duration_ms = 20.0
[region.population.cells]
plugin = "core.lif"
n = 3
params = { initial_v_low_mv = 0.0, initial_v_high_mv = 0.0 }
[[record]]
name = "v"
from = "*.cells"
state = "v_mv"
every_ms = 0.1
)";
  Session session(owned(quiet));
  session.advance(5.0);
  session.inject("cells", "", {1}, 10.0, 2.0);
  session.advance(15.0);
  const auto& v = session.recording("v").rows;
  REQUIRE(v.size() == 600);
  for (size_t step = 0; step < 200; ++step) {
    CHECK(v[3 * step] == 0.0);
    CHECK(v[3 * step + 2] == 0.0);
    if (step < 50) CHECK(v[3 * step + 1] == 0.0);
  }
  CHECK(v[3 * 50 + 1] > 0.0);            // the step that begins at 5 ms
  CHECK(v[3 * 69 + 1] > v[3 * 68 + 1]);  // the last
  CHECK(v[3 * 70 + 1] < v[3 * 69 + 1]);  // decays
  CHECK(session.is_over());
  CHECK(message_of([&] { session.inject("cells", "", {3}, 1.0, 1.0); }) ==
        "there is no unit 3 in population 'cells', which has 3, numbered from 0");
  CHECK(message_of([&] { session.inject("cells", "driv_mv", {}, 1.0, 1.0); }).find("driv_mv") != std::string::npos);
}

TEST_CASE("stepping: a parameter changes from a step on as if units had always had it, and only within its range") {
  Session session(owned(spiking()));
  session.advance(30.0);
  const auto before = session.spikes("exc").unit.size();
  CHECK(before > 100);
  session.set_param("exc.threshold_mv", "1000.0");
  session.advance(10.0);
  CHECK(session.spikes("exc").unit.empty());
  session.set_param("region.population.exc.params.threshold_mv", "20.0");
  session.advance(20.0);
  CHECK(session.spikes("exc").unit.size() > 100);

  Session silenced(owned(spiking()));
  silenced.advance(20.0);
  silenced.set_param("encoder.drive.rate_hz", "0.0");
  silenced.advance(20.0);  // what is under way
  silenced.advance(20.0);
  CHECK(silenced.spikes("exc").unit.size() < before / 10);

  // Masses have no memory of parameters: changed before the first step is written into the scenario.
  Session written(owned(spiking("")));
  auto other = owned(spiking());
  Diagnostics d;
  replace_param(other.scenario.populations[0].plugin, "tau_m_ms", Node::of_number(12.0), d);
  CHECK(d.ok());
  Session changed(std::move(other));
  written.set_param("exc.tau_m_ms", "12.0");
  written.advance(60.0), changed.advance(60.0);
  CHECK((values(written.state("exc", "v_mv")) == values(changed.state("exc", "v_mv"))));
  CHECK((values(written.state("exc", "v_mv")) != values(session.state("exc", "v_mv"))));

  const auto param = [](const Session& s, const std::string& path) {
    for (const auto& p : s.params())
      if (p.path == path) return p;
    return Session::Param{};
  };
  CHECK(param(silenced, "encoder.drive.rate_hz").value == "0.0");
  CHECK(param(session, "encoder.drive.rate_hz").value == "2700.0");
  CHECK(param(written, "exc.tau_m_ms").value == "12.0");
  CHECK(param(written, "exc.tau_m_ms").is_number);
  CHECK(param(written, "exc.tau_m_ms").low > 0.0);

  CHECK(message_of([&] { session.set_param("exc.tau_m_ms", "-1.0"); }).find("tau_m_ms") != std::string::npos);
  CHECK(message_of([&] {
          session.set_param("exc.tau", "1.0");
        }).find("'tau' is not a parameter of neuron 'core.lif'; did you mean 'tau_m_ms'?") != std::string::npos);
  CHECK(message_of([&] { session.set_param("run.dt_ms.x.y", "1.0"); }).find("names no parameter that can change") !=
        std::string::npos);
  CHECK(message_of([&] { session.set_param("encoder.7.rate_hz", "1.0"); }) ==
        "encoder.7.rate_hz: there is no encoder '7'; the scenario has 1, called by name or number from 0");
}

TEST_CASE("stepping: a restored simulation goes on to the same bits, with what was injected and changed in it") {
  const TemporaryFolder folder;
  Session session(owned(spiking())), other(owned(spiking()));
  session.advance(20.3);
  session.inject("exc", "", {0, 1, 2}, 4.0, 30.0);
  session.set_param("exc.tau_m_ms", "15.0");
  session.advance(3.0);
  session.save(folder.path() / "state");
  session.advance(20.0);
  const auto spikes = session.spikes("exc");
  const auto v = values(session.state("exc", "v_mv"));
  other.advance(1.0);
  other.restore(folder.path() / "state");
  CHECK(other.time_ms() == doctest::Approx(23.3));
  CHECK(other.spikes("exc").unit.empty());
  other.advance(20.0);
  CHECK((other.spikes("exc").unit == spikes.unit));
  CHECK((other.spikes("exc").time_ms == spikes.time_ms));
  CHECK((values(other.state("exc", "v_mv")) == v));
  CHECK((other.recording("v").rows == session.recording("v").rows));
  // Back in time, and the same again.
  session.restore(folder.path() / "state");
  session.advance(20.0);
  CHECK((values(session.state("exc", "v_mv")) == v));

  folder.write("text", "something else that is long enough to be read");
  const auto text = (folder.path() / "text").string();
  CHECK(message_of([&] { other.restore(text); }) == text + ": cannot be restored: it was not written by save()");
  Session stranger(
      owned(spiking("[[stimulus]]\nto = \"*.exc\"\nonset_ms = 1.0\nduration_ms = 1.0\namplitude = 1.0\n")));
  const auto file = (folder.path() / "state").string();
  CHECK(message_of([&] { stranger.restore(file); }) == file + ": cannot be restored: it is of another scenario");
}

TEST_CASE("stepping: names that do not exist are told with those that do") {
  Session session(owned(spiking()));
  CHECK(message_of([&] { session.spikes("exk"); }) ==
        "there is no population 'exk'; did you mean 'exc'?; there are exc");
  CHECK(message_of([&] {
          session.state("exc", "v");
        }).starts_with("neuron 'core.lif' of population 'exc' has no state 'v'"));
  CHECK(message_of([&] { session.recording("weights"); }) ==
        "there is no recording 'weights'; there are spikes, v, rates");
  CHECK(message_of([&] { session.advance(-1.0); }) == "advance: -1 ms is no length of time; it must not be negative");
}

TEST_CASE("stepping: one that is told to stop stands whole, and a failure stays") {
  Session session(owned(spiking()));
  int asked = 0;
  CHECK_FALSE(session.advance(60.0, [&] { return ++asked, false; }));
  CHECK(asked >= 1);
  const double reached = session.time_ms();
  session.advance(60.0 - reached);
  Session whole(owned(spiking()));
  whole.advance(60.0);
  CHECK((values(session.state("exc", "v_mv")) == values(whole.state("exc", "v_mv"))));

  auto watched = owned(spiking());
  watched.scenario.runaway_hz = 50.0;
  Session runaway(std::move(watched));
  runaway.set_param("encoder.0.rate_hz", "90000.0");
  const auto first = message_of([&] { runaway.advance(60.0); });
  CHECK(first.find("above runaway_hz = 50") != std::string::npos);
  CHECK(message_of([&] { runaway.advance(1.0); }) == first);
}
