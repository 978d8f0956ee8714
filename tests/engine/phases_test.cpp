// Phases and episodes: what acts, whose time begins anew, what a reset restores, and what learns.
#include <algorithm>
#include <set>

#include "engine/result_store.hpp"
#include "engine/run.hpp"
#include "learning.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

const std::string ms_steps = "format = 1\n[run]\ndt_ms = 1.0\n";

// v_mv shows the drive of the step.
std::string shows_drive(size_t n = 1) {
  return fmt::format(
      "[region.population.e]\nplugin = \"core.lif_delta\"\nn = {}\nparams = {{ tau_m_ms = 0.01, threshold_mv = 1000.0, "
      "reset_mv = 0.0, t_ref_ms = 0.0, initial_v_high_mv = 0.0 }}\n[[record]]\nfrom = \"*.e\"\nstate = "
      "\"v_mv\"\nevery_ms "
      "= 1.0\n",
      n);
}

std::string stimulus(const std::string& name, double onset_ms, double duration_ms, double amplitude) {
  return "[[stimulus]]\n" + (name.empty() ? "" : "name = \"" + name + "\"\n") +
         fmt::format("to = \"e\"\nonset_ms = {:.1f}\nduration_ms = {:.1f}\namplitude_mv = {:.1f}\n", onset_ms,
                     duration_ms, amplitude);
}

std::string phase(const std::string& name, const std::string& keys) {
  return "[[phase]]\nname = \"" + name + "\"\n" + keys + "\n";
}

// Row by row the one value of every sample.
std::vector<double> flat(const std::vector<std::vector<double>>& rows) {
  std::vector<double> out;
  for (const auto& r : rows) out.push_back(std::abs(r.at(0)) < 1e-20 ? 0 : r[0]);
  return out;
}

// Noisy neurons, half of which learn from the others, with a record of spikes, of the mean weight and of potentials.
std::string learner(const std::string& phases, const std::string& record_keys = "") {
  return R"(format = 1
[run]
seed = 3
[region.population.e]
plugin = "core.lif"
n = 60
[region.population.f]
plugin = "core.lif"
n = 20
[[region.projection]]
name = "learns"
from = "e"
to = "f"
rule = { fixed_indegree = 30 }
weight_mv = 3.0
delay_ms = { uniform = [1.0, 4.0] }
[[region.projection.plasticity]]
plugin = "core.stdp"
params = { a_plus = 0.3, a_minus = 0.1 }
[[region.projection]]
name = "other"
from = "f"
to = "e"
rule = { fixed_indegree = 10 }
weight_mv = 1.0
delay_ms = 1.5
[[region.projection.plasticity]]
plugin = "core.homeostatic"
params = { every_ms = 10.0, eta = 0.2 }
[[encoder]]
name = "noise"
plugin = "core.poisson"
to = "*.e"
params.rate_hz = 2600.0
[[encoder]]
name = "noise"
plugin = "core.poisson"
to = "*.f"
params.rate_hz = 2300.0
[[record]]
from = "*.f"
spikes = true
[[record]]
from = "*.e"
spikes = true
)" + record_keys +
         phases;
}

using Spikes = std::vector<std::vector<double>>;

// With times from the start of the stretch on, in steps of 0.1 ms.
std::set<std::pair<int64_t, int64_t>> between(const Spikes& spikes, double from_ms, double to_ms) {
  std::set<std::pair<int64_t, int64_t>> out;
  for (const auto& s : spikes)
    if (s[0] > from_ms + 0.05 && s[0] < to_ms + 0.05)
      out.emplace(std::llround((s[0] - from_ms) * 10), static_cast<int64_t>(s[1]));
  return out;
}

// Of both populations; units of f come first.
Spikes spikes_of(const std::vector<std::vector<std::vector<double>>>& out) {
  Spikes all = out.at(0);
  for (const auto& s : out.at(1)) all.push_back({s[0], s[1] + 20});
  return all;
}

std::vector<double> weights_after(const std::string& phases, const std::string& projection) {
  Network net(learner(phases));
  net.run();
  return synapses_of(net.simulation, projection).weight;
}

}  // namespace

TEST_CASE("phases: inputs are switched by name, and onsets are those of every episode") {
  const TemporaryFolder folder;
  const auto spikes = folder.write("train.csv", "time_ms,unit\n2,0\n12,0\n22,0\n");
  Network net(ms_steps + shows_drive() + stimulus("cue", 3, 2, 5) + stimulus("light", 6, 1, 7) + stimulus("", 0, 1, 1) +
              fmt::format("[[spike_train]]\nname = \"train\"\nfile = \"{}\"\nto = \"*.e\"\nweight_mv = 11.0\n",
                          spikes.string()) +
              phase("a", "episodes = 2\nepisode_ms = 8.0\ninputs = [\"*\", \"!cue\"]") +
              phase("b", "duration_ms = 8.0\ninputs = [\"c*\"]") + phase("c", "duration_ms = 8.0\ninputs = []"));
  const std::vector<double> expected{1, 11, 0, 0,  0, 0, 7, 0,  //
                                     1, 0,  0, 11, 0, 0, 7, 0,  //
                                     1, 0,  0, 5,  5, 0, 0, 0,  //
                                     1, 0,  0, 0,  0, 0, 0, 0};
  CHECK(flat(net.run().at(0)) == expected);
  // And once more from the start.
  CHECK(flat(net.run().at(0)) == expected);
}

TEST_CASE("phases: an encoder's time begins anew in every episode, its random numbers go on") {
  const auto run = [](const std::string& encoder) {
    Network net(ms_steps + shows_drive(20) + "[[encoder]]\nname = \"x\"\nto = \"*.e\"\n" + encoder +
                phase("a", "episodes = 3\nepisode_ms = 50.0"));
    auto rows = net.run().at(0);
    std::vector<Spikes> out;
    for (size_t e = 0; e < 3; ++e)
      out.emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(50 * e),
                       rows.begin() + static_cast<std::ptrdiff_t>(50 * e + 50));
    for (auto& episode : out)
      for (auto& row : episode)
        for (double& v : row) v = std::round(v);
    return out;
  };
  const std::string pattern =
      "plugin = \"core.pattern\"\nparams = { rate_hz = 40.0, length_ms = 40.0, period_ms = 0.0, ";
  const auto frozen = run(pattern + "weight = 1.0 }\n");
  double n = 0;
  for (const auto& row : frozen[0])
    for (const double v : row) n += v;
  CHECK(n > 15);
  CHECK(frozen[0] == frozen[1]);
  CHECK(frozen[0] == frozen[2]);
  const auto jittered = run(pattern + "weight = 1.0, jitter_ms = 3.0 }\n");
  CHECK(jittered[0] != jittered[1]);
  CHECK(jittered[1] != jittered[2]);
  const auto poisson = run("plugin = \"core.poisson\"\nparams = { rate_hz = 50.0, weight_mv = 1.0 }\n");
  CHECK(poisson[0] != poisson[1]);
  CHECK(poisson[1] != poisson[2]);
}

TEST_CASE("phases: noise of one name is the same in both of two phases, and differs from episode to episode") {
  const std::string test = "episodes = 2\nepisode_ms = 40.0\nreset = true\nplasticity = false\n";
  const std::string pause = phase("rest", "duration_ms = 30.0\nplasticity = false");
  for (const unsigned threads : {1u, 2u}) {
    const auto spikes = spikes_of(Network(learner(phase("one", test + "noise = \"probe\"") + pause +
                                                  phase("two", test + "noise = \"probe\"") + phase("three", test)),
                                          threads)
                                      .run());
    const auto one = between(spikes, 0, 80), two = between(spikes, 110, 190), three = between(spikes, 190, 270);
    CHECK(one.size() > 50);
    CHECK(one == two);
    CHECK(one != three);
    CHECK(between(spikes, 0, 40) != between(spikes, 40, 80));
    CHECK(between(spikes, 190, 230) != between(spikes, 230, 270));
  }
}

TEST_CASE("phases: after learning the same noise gives other spikes, and weights rest where nothing may learn") {
  const std::string test = "duration_ms = 80.0\nreset = true\nplasticity = false\nnoise = \"probe\"\n";
  const std::string learn = phase("learn", "duration_ms = 100.0");
  Network net(learner(phase("one", test) + learn + phase("two", test),
                      "[[record]]\nname = \"w\"\nweights = \"learns\"\nevery_ms = 10.0\n"));
  const auto out = net.run();
  CHECK(between(spikes_of(out), 0, 80) != between(spikes_of(out), 180, 260));
  const auto& w = out.back();
  REQUIRE(w.size() == 27);
  for (size_t k = 0; k <= 8; ++k) CHECK(w[k] == w[0]);
  CHECK(w[18] != w[8]);
  for (size_t k = 18; k < 27; ++k) CHECK(w[k] == w[18]);
}

TEST_CASE("phases: rules act by the name of their projection or plugin, and '!' takes them out") {
  const auto duration = [](const std::string& plasticity) {
    return phase("only", "duration_ms = 60.0\nplasticity = " + plasticity);
  };
  const auto all = std::pair{weights_after(duration("true"), "learns"), weights_after(duration("true"), "other")};
  const auto none = std::pair{weights_after(duration("false"), "learns"), weights_after(duration("false"), "other")};
  for (const double w : none.first) CHECK(w == 3.0);
  for (const double w : none.second) CHECK(w == 1.0);
  CHECK(all.first != none.first);
  CHECK(all.second != none.second);
  struct Case {
    const char* patterns;
    bool learns, other;
  };
  for (const Case& c : {Case{"[\"learns\"]", true, false}, Case{"[\"core.homeostatic\"]", false, true},
                        Case{"[\"*\", \"!learns\"]", false, true}, Case{"[\"*\", \"!core.homeo*\"]", true, false},
                        Case{"[\"*\", \"!core.*\", \"o*r\"]", false, true}, Case{"[]", false, false}}) {
    CAPTURE(c.patterns);
    CHECK((weights_after(duration(c.patterns), "learns") != none.first) == c.learns);
    CHECK((weights_after(duration(c.patterns), "other") != none.second) == c.other);
  }
}

TEST_CASE("phases: a reset restores the initial state and drops spikes under way, and weights stay") {
  // The spike of the last step of the first episode would arrive in the third step of the next.
  const auto run = [](const std::string& reset, const std::string& delay, bool learns) {
    const TemporaryFolder folder;
    const std::string toml =
        ms_steps + forced("pre", 2, folder.write("pre.csv", "time_ms,unit\n4,0\n4,1\n10,0\n10,1\n")) +
        forced("post", 2, folder.write("post.csv", "time_ms,unit\n8,0\n8,1\n")) +
        "[[region.projection]]\nname = \"p\"\nfrom = \"pre\"\nto = \"post\"\nrule = { all_to_all = true }\nweight_mv = "
        "1.0\ndelay_ms = " +
        delay + "\n" +
        (learns ? "[[region.projection.plasticity]]\nplugin = \"core.stdp\"\nparams = { a_plus = 0.5 }\n" : "") +
        "[[record]]\nfrom = \"*.post\"\nstate = \"v_mv\"\nevery_ms = 1.0\n[weights]\nsave = true\n" +
        phase("a", "episodes = 2\nepisode_ms = 10.0\nreset = " + reset);
    Network net(toml);
    const auto v = net.run().at(0);
    double after = 0;
    for (size_t t = 10; t < 20; ++t) after += v[t][0] + v[t][1];
    return std::pair{after, synapses_of(net.simulation, "p").weight.at(0)};
  };
  for (const char* delay : {"3.0", "{ uniform = [2.0, 4.0] }"})
    for (const bool learns : {false, true}) {
      CAPTURE(delay);
      CAPTURE(learns);
      CHECK(run("false", delay, learns).first > 3.5);
      CHECK(run("true", delay, learns).first < 1e-20);
      if (learns) CHECK(run("true", delay, learns).second > 1.3);
    }
}

TEST_CASE("phases: a reset brings back initial potentials, and traces, but no weight") {
  const auto run = [](const std::string& reset) {
    const TemporaryFolder folder;
    // In the second episode the target fires before anything has arrived: only a trace that lasted could pair.
    Network net(ms_steps +
                "[region.population.quiet]\nplugin = \"core.lif_delta\"\nn = 5\nparams = { initial_v_high_mv = 9.0 }\n"
                "[[record]]\nfrom = \"*.quiet\"\nstate = \"v_mv\"\nevery_ms = 1.0\n" +
                forced("pre", 1, folder.write("pre.csv", "time_ms,unit\n3,0\n")) +
                forced("post", 1, folder.write("post.csv", "time_ms,unit\n6,0\n12,0\n")) +
                "[[region.projection]]\nname = \"p\"\nfrom = \"pre\"\nto = \"post\"\nrule = { all_to_all = true }\n"
                "weight_mv = 1.0\ndelay_ms = 1.0\n[[region.projection.plasticity]]\nplugin = \"core.stdp\"\nparams = { "
                "a_plus = 0.5, tau_plus_ms = 10.0 }\n" +
                phase("a", "episodes = 2\nepisode_ms = 10.0\nreset = " + reset));
    const auto v = net.run().at(0);
    return std::pair{Spikes(v.begin(), v.begin() + 10) == Spikes(v.begin() + 10, v.end()),
                     synapses_of(net.simulation, "p").weight.at(0)};
  };
  const double first = 1 + 0.5 * std::exp(-0.2);
  CHECK_FALSE(run("false").first);
  CHECK_CLOSE(run("false").second, first + 0.5 * std::exp(-0.8), 1e-12, 0);
  CHECK(run("true").first);
  CHECK_CLOSE(run("true").second, first, 1e-12, 0);
}

TEST_CASE("phases: recordings cover the phases they name") {
  const std::string phases = phase("before", "duration_ms = 20.0") + phase("learn", "episodes = 3\nepisode_ms = 10.0") +
                             phase("after", "duration_ms = 20.0");
  const auto whole = Network(learner(phases, "[[record]]\nfrom = \"*.e\"\nstate = \"v_mv\"\nevery_ms = 5.0\n")).run();
  auto toml = learner(phases,
                      "phases = [\"*\", \"!learn\"]\n[[record]]\nfrom = \"*.e\"\nstate = \"v_mv\"\nevery_ms = "
                      "5.0\nphases = \"learn\"\n[[record]]\nname = \"w\"\nweights = \"learns\"\nevery_ms = "
                      "10.0\nphases = \"after\"\n");
  const auto out = Network(toml).run();
  Spikes expected;
  for (const auto& s : whole[1])
    if (s[0] < 20.05 || s[0] > 50.05) expected.push_back(s);
  CHECK(expected.size() > 20);
  CHECK(expected.size() < whole[1].size());
  CHECK(out[1] == expected);
  const size_t v = out.size() - 2;
  REQUIRE(whole.back().size() == 14);
  CHECK(out[v] == Spikes(whole.back().begin() + 4, whole.back().begin() + 10));
  CHECK(out.back().size() == 3);  // 50, 60 and 70 ms
}

TEST_CASE("phases: analyzers see one phase, metrics and snapshots tell what became of weights in each") {
  const TemporaryFolder folder;
  Network net(learner(phase("before", "duration_ms = 50.0\nplasticity = false") +
                          phase("learn", "episodes = 2\nepisode_ms = 50.0\nsnapshot = true") +
                          phase("after", "duration_ms = 50.0\nplasticity = false\ninputs = []"),
                      "[[record]]\nname = \"of_e\"\nfrom = \"*.e\"\nspikes = true\n"
                      "[[record]]\nname = \"w\"\nweights = \"learns\"\nevery_ms = 10.0\n"
                      "[[analyzer]]\nplugin = \"core.group_rates\"\ninput = \"of_e\"\nphase = \"learn\"\n"
                      "[[analyzer]]\nplugin = \"core.group_rates\"\ninput = \"of_e\"\nphase = \"after\"\n"
                      "prefix = \"after.\"\n"));
  const auto outcome = run_scenario(net.scenario, net.paths, folder.path());
  const auto metric = [&](const std::string& name, const std::string& group) {
    for (const auto& m : outcome.metrics)
      if (m.name == name && (group.empty() || m.group == group)) return m.value;
    FAIL("no metric ", name, " of ", group);
    return 0.0;
  };
  const ResultReader results(folder.path() / "results.h5");
  const auto times = results.read("/spikes/of_e/timestamps").numbers;
  const auto n_in = [&](double from, double to) {
    return static_cast<double>(
        std::ranges::count_if(times, [&](double t) { return t > from + 0.05 && t < to + 0.05; }));
  };
  CHECK(n_in(50, 150) > 20);
  CHECK(n_in(50, 150) != 2 * n_in(0, 50));
  CHECK_CLOSE(metric("unit_rate_hz", ""), n_in(50, 150) / (60 * 0.1), 1e-12, 0);
  CHECK_CLOSE(metric("after.unit_rate_hz", ""), n_in(150, 200) / (60 * 0.05), 1e-12, 0);

  CHECK(metric("before.weight_mean", "learns") == 3);
  CHECK(metric("before.weight_sd", "learns") == 0);
  CHECK(metric("before.weight_change", "learns") == 0);
  CHECK(metric("before.weight_change_abs", "other") == 0);
  const auto now = results.read("/weights/learn/learns/weight").numbers;
  REQUIRE(now.size() == 600);
  double mean = 0, square = 0, change = 0;
  for (const double w : now) mean += w / 600, change += std::abs(w - 3) / 600;
  for (const double w : now) square += (w - mean) * (w - mean) / 600;
  CHECK(change > 0.1);
  for (const char* name : {"learn", "after"}) {  // nothing learns afterwards
    CAPTURE(name);
    const std::string prefix = std::string(name) + ".";
    CHECK_CLOSE(metric(prefix + "weight_mean", "learns"), mean, 1e-12, 0);
    CHECK_CLOSE(metric(prefix + "weight_sd", "learns"), std::sqrt(square), 1e-9, 1e-12);
    CHECK(metric(prefix + "weight_min", "learns") == std::ranges::min(now));
    CHECK(metric(prefix + "weight_max", "learns") == std::ranges::max(now));
    CHECK_CLOSE(metric(prefix + "weight_change", "learns"), mean - 3, 1e-9, 1e-12);
    CHECK_CLOSE(metric(prefix + "weight_change_abs", "learns"), change, 1e-12, 0);
    CHECK_CLOSE(metric(prefix + "weight_change_relative", "learns"), (mean - 3) / 3, 1e-9, 1e-12);
  }
  CHECK(results.list("/weights") == std::vector<std::string>{"learn"});
  CHECK(results.list("/weights/learn") == std::vector<std::string>{"learns", "other"});
  CHECK(ResultReader(folder.path() / "weights.h5").read("/projections/learns/weight").numbers == now);
  // A recording of weights shows their mean.
  const auto w = results.read("/recordings/w/data").numbers;
  REQUIRE(w.size() == 21);
  CHECK_CLOSE(w.back(), mean, 1e-12, 0);
}
