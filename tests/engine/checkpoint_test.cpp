// Runs that are stopped and go on end as those that were left alone: every rule, in the middle of training.
#include "engine/checkpoint.hpp"

#include <fstream>

#include "engine/result_store.hpp"
#include "engine/run.hpp"
#include "learning.hpp"
#include "pieces.hpp"

using namespace encephagen;
using namespace encephagen::testing;
namespace fs = std::filesystem;

namespace {

// What a run leaves: bytes of weights.h5, metrics and spikes to the last bit.
struct Left {
  std::string weights, metrics;
  std::vector<double> spike_ms, recorded;
  std::vector<int64_t> unit;
  bool operator==(const Left&) const = default;
};

Left left_by(const RunOutcome& outcome, const fs::path& folder) {
  Left out;
  out.weights = read_text(folder / "weights.h5");
  for (const auto& m : outcome.metrics) out.metrics += fmt::format("{} {} {:a}\n", m.name, m.group, m.value);
  const ResultReader results(folder / "results.h5");
  for (const auto& name : results.list("/spikes")) {
    out.spike_ms = results.read("/spikes/" + name + "/timestamps").numbers;
    out.unit = results.read("/spikes/" + name + "/node_ids").integers;
  }
  for (const auto& name : results.list("/recordings")) {
    const auto rows = results.read("/recordings/" + name + "/data").numbers;
    out.recorded.insert(out.recorded.end(), rows.begin(), rows.end());
  }
  for (const auto& phase : results.list("/weights"))
    for (const auto& name : results.list("/weights/" + phase)) {
      const auto w = results.read("/weights/" + phase + "/" + name + "/weight").numbers;
      out.recorded.insert(out.recorded.end(), w.begin(), w.end());
    }
  return out;
}

fs::path fresh(const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

Left through(const Network& net, const fs::path& folder, unsigned threads = 1, const CheckpointPlace* place = nullptr) {
  fresh(folder);
  return left_by(run_scenario(net.scenario, net.paths, folder, {}, threads, nullptr, place), folder);
}

// Stops at every word of progress and goes on. `n_stops` is how often.
Left in_pieces(const Network& net, const fs::path& folder, unsigned threads, size_t& n_stops) {
  fresh(folder);
  const CheckpointPlace place{folder / "checkpoint", "key", true};
  n_stops = 0;
  double reached = 0;
  for (;;) {
    const auto outcome = run_scenario(
        net.scenario, net.paths, folder,
        [&](double share) {
          CHECK(share > reached);
          reached = share;
          return share == 1;
        },
        threads, nullptr, &place);
    if (!outcome.stopped) return left_by(outcome, folder);
    ++n_stops;
    CHECK(fs::exists(place.file));
    CHECK_FALSE(fs::exists(folder / "results.h5"));
    REQUIRE(n_stops < 100);
  }
}

void check_pieces(const std::string& toml, unsigned threads = 1) {
  const TemporaryFolder folder;
  const Network net(toml);
  const auto whole = through(net, folder.path() / "whole", threads);
  CHECK(whole.weights.size() > 1000);
  CHECK(whole.spike_ms.size() > 30);
  CHECK(whole.metrics.find("late.weight_mean") != std::string::npos);
  // Weights change in both halves: what was lost at a stop would be seen.
  for (const auto& name : ResultReader(folder.path() / "whole/results.h5").list("/weights/early")) {
    CAPTURE(name);
    const ResultReader results(folder.path() / "whole/results.h5"), end(folder.path() / "whole/weights.h5");
    CHECK(results.read("/weights/early/" + name + "/weight").numbers !=
          end.read("/projections/" + name + "/weight").numbers);
  }
  size_t n_stops = 0;
  const auto pieces = in_pieces(net, folder.path() / "pieces", threads, n_stops);
  CHECK(n_stops >= 2);
  CHECK(pieces.metrics == whole.metrics);
  CHECK((pieces.weights == whole.weights));
  CHECK((pieces.spike_ms == whole.spike_ms));
  CHECK((pieces.unit == whole.unit));
  CHECK((pieces.recorded == whole.recorded));
  // A simulation that moves on after every few steps, wherever its blocks end.
  Network in_steps(toml, threads), at_once(toml, threads);
  CHECK((run_in_pieces(in_steps, 307, true, threads) == at_once.run()));
}

// Two phases; stops, each 1024 steps, lie in the middle of episodes.
std::string phases(double early_ms, double late_ms, size_t episodes, const std::string& keys) {
  return fmt::format(
      "[[phase]]\nname = \"early\"\nsnapshot = true\nepisodes = {0}\nepisode_ms = {1:.1f}\n{3}\n[[phase]]\nname = "
      "\"late\"\n"
      "episodes = {0}\nepisode_ms = {2:.1f}\n{3}\n",
      episodes, early_ms / static_cast<double>(episodes), late_ms / static_cast<double>(episodes), keys);
}

// Noisy neurons e, which feed f by `rules`.
std::string feeding(const std::string& rules, const std::string& more = "", const std::string& weight = "2.0",
                    const std::string& delay = "{ uniform = [0.5, 3.0] }") {
  return R"(format = 1
[run]
dt_ms = 0.1
seed = 21
[region.population.e]
plugin = "core.lif"
n = 40
[region.population.f]
plugin = "core.lif"
n = 20
[[region.projection]]
name = "p"
from = "e"
to = "f"
rule = { fixed_indegree = 25 }
weight_mv = )" +
         weight + "\ndelay_ms = " + delay + "\n" + rules + R"([[region.projection]]
from = "f"
to = "e"
rule = { fixed_indegree = 5 }
weight_mv = 0.5
delay_ms = { uniform = [0.5, 2.0] }
[[encoder]]
plugin = "core.ou_current"
to = "*.f"
params = { mean_mv = 19.0, sd_mv = 4.0, tau_ms = 5.0 }
[[encoder]]
plugin = "core.poisson"
to = "*.e"
params.rate_hz = 2700.0
[[record]]
name = "spikes"
from = "*.f"
spikes = true
[[record]]
name = "w"
weights = "p"
every_ms = 3.0
[[record]]
name = "rates"
from = "*.e"
rates = true
every_ms = 10.0
[[record]]
name = "v"
from = "*.f"
state = "v_mv"
every_ms = 0.7
)" + more +
         phases(150, 200, 2, "");
}

std::string rule(const std::string& plugin, const std::string& params) {
  return "[[region.projection.plasticity]]\nplugin = \"" + plugin + "\"\nparams = { " + params + " }\n";
}

}  // namespace

TEST_CASE("checkpoints: core.stdp of every pairing and dependence goes on as if nothing had been") {
  for (const char* pairing : {"all_to_all", "nearest_neighbour"})
    for (const char* dependence : {"additive", "multiplicative", "power_law"}) {
      CAPTURE(pairing);
      CAPTURE(dependence);
      check_pieces(
          feeding(rule("core.stdp", fmt::format("a_plus = 0.1, a_minus = 0.08, w_min = 0.01, w_max = 6.0, mu = 0.5, "
                                                "pairing = \"{}\", weight_dependence = \"{}\"",
                                                pairing, dependence))));
    }
}

TEST_CASE("checkpoints: spikes under way to the synapse and on to the soma are kept") {
  const auto stdp = rule("core.stdp", "a_plus = 0.1, a_minus = 0.08");
  check_pieces(feeding("dendritic_delay_ms = 0.3\n" + stdp));
  check_pieces(feeding("dendritic_delay_ms = 1.2\n" + stdp, "", "2.0", "2.5"));
  check_pieces(feeding(stdp, "", "2.0", "2.5"));
}

TEST_CASE("checkpoints: core.homeostatic, two rules at once, and core.short_term go on") {
  check_pieces(feeding(rule("core.homeostatic", "every_ms = 13.0, tau_ms = 80.0, eta = 0.3")));
  check_pieces(feeding(rule("core.stdp", "a_plus = 0.1") + rule("core.homeostatic", "every_ms = 13.0, tau_ms = 80.0") +
                       rule("core.short_term", "use = 0.3, tau_rec_ms = 200.0, tau_facil_ms = 100.0")));
}

TEST_CASE("checkpoints: core.inhibitory_stdp goes on") {
  check_pieces(feeding(rule("core.inhibitory_stdp", "eta = 0.05, w_min = -9.0"), "", "-0.3"));
}

TEST_CASE("checkpoints: core.rstdp and the modulator it reads go on") {
  const std::string pair =
      "[[modulator.dopamine.release]]\namount = 0.5\npair = { projection = \"p\", source = 0, nth = 0, within_ms = "
      "30.0 }\n"
      "delay_ms = { uniform = [5.0, 90.0] }\n";
  const std::string analyzer = "analyzer = \"rates\"\nmetric = \"unit_rate_hz\"\ngain = 0.02\n";
  for (const auto& follows : {std::string(), std::string("follows = \"e.v_mv\"\ngain = 0.02\n"), analyzer})
    check_pieces(feeding(rule("core.rstdp", "every_ms = 7.0, w_max = 5.0, a_plus = 0.3"),
                         "[modulator.dopamine]\ntau_ms = 50.0\nmean_tau_ms = 70.0\n" + follows + pair +
                             "[[modulator.dopamine.release]]\namount = 0.2\nrate_hz = 100.0\ndelay_ms = 40.0\n"
                             "[[analyzer]]\nname = \"rates\"\nplugin = \"core.group_rates\"\nphase = \"early\"\n"));
}

namespace {

// A recurrent network that learns a target by e-prop, episode by episode. `out_rule` teaches the readout.
std::string eprop(const TemporaryFolder& folder, const std::string& out_rule, const std::string& feedback,
                  const std::string& params) {
  std::string target;
  for (int t = 0; t < 97; ++t) target += fmt::format("{:.6f},{:.6f}\n", std::sin(t / 10.0), std::cos(t / 7.0));
  const auto learning = [&](const std::string& plugin, const std::string& more) {
    return rule(plugin, "update_every_ms = 100.0" + more);
  };
  return R"(format = 1
[run]
dt_ms = 1.0
seed = 4
runaway_hz = 0.0
[region.population.input]
plugin = "core.lif_delta"
n = 30
params = { threshold_mv = 0.5, reset_mv = 0.0, t_ref_ms = 0.0, initial_v_high_mv = 0.0 }
[region.population.rec]
plugin = "core.alif_delta"
n = 25
params = { tau_m_ms = 30.0, threshold_mv = 0.03, t_ref_ms = 0.0, input_scale = "one_minus_leak" }
[region.population.out]
plugin = "core.linear_readout"
n = 2
params = { tau_out_ms = 30.0 }
[[encoder]]
plugin = "core.pattern"
to = "*.input"
params = { rate_hz = 50.0, length_ms = 90.0, period_ms = 0.0, weight = 1.0, jitter_ms = 1.0 }
[[encoder]]
plugin = "core.signal_file"
to = "*.out"
port = "target"
params = { onset_ms = 2.0, file = ")" +
         folder.write("target.csv", target).string() + R"(" }
[[region.projection]]
name = "in"
from = "input"
to = "rec"
rule = { all_to_all = true }
weight_mv = { normal = [0.02, 0.15] }
delay_ms = 1.0
)" + learning("core.eprop", ", tau_out_ms = 30.0, c_reg = 100.0, " + params) +
         R"([[region.projection]]
name = "rec"
from = "rec"
to = "rec"
rule = { fixed_indegree = 8 }
weight_mv = { normal = [-0.02, 0.15] }
delay_ms = { uniform = [1.0, 4.0] }
)" + learning("core.eprop", ", tau_out_ms = 30.0, c_reg = 100.0, " + params) +
         R"([[region.projection]]
name = "out"
from = "rec"
to = "out"
rule = { all_to_all = true }
weight = { normal = [0.01, 0.1] }
delay_ms = 1.0
)" + out_rule +
         R"([[region.projection]]
name = "feedback"
from = "out"
to = "rec"
port = "learning_signal"
rule = { all_to_all = true }
)" + feedback +
         R"([[record]]
name = "spikes"
from = "*.rec"
spikes = true
[[record]]
name = "loss"
from = "out"
state = "loss"
every_ms = 100.0
)" + phases(1500, 1500, 15, "reset = true");
}

}  // namespace

TEST_CASE("checkpoints: core.eprop, core.eprop_readout and feedback that follows go on in the middle of sequences") {
  const TemporaryFolder folder;
  check_pieces(
      eprop(folder, rule("core.eprop_readout", "update_every_ms = 100.0, learning_rate = 1e-3"),
            "weight = { normal = [0.01, 0.1] }\nfollows = { projection = \"out\", how = \"change\", decay = 1e-3 "
            "}\n",
            "learning_rate = 1e-3"));
  const std::string adam = "optimizer = \"adam\", batch = 3, learning_rate = 1e-3";
  check_pieces(eprop(folder, rule("core.eprop_readout", "update_every_ms = 100.0, " + adam),
                     "follows = { projection = \"out\", how = \"copy\" }\n", adam));
}

TEST_CASE("checkpoints: core.ridge goes on in the middle of what it trains on") {
  const TemporaryFolder folder;
  check_pieces(eprop(folder, rule("core.ridge", "update_every_ms = 100.0, ridge = 0.1"),
                     "weight = { normal = [0.01, 0.1] }\n", "learning_rate = 1e-3"));
}

namespace {

// 6 regions of 720 neurons make two slices on two threads.
const std::string large = R"(format = 1
[run]
seed = 5
[connectome]
plugin = "core.spatial"
params.n_regions = 6
params.density = 0.8
[region.population.exc]
plugin = "core.lif"
n = 720
[[region.projection]]
name = "recurrent"
from = "exc"
to = "exc"
rule = { fixed_indegree = 12 }
weight_mv = { uniform = [0.5, 2.0] }
delay_ms = { uniform = [1.0, 2.5] }
[[region.projection.plasticity]]
plugin = "core.stdp"
params = { a_plus = 0.05, a_minus = 0.04, w_max = 4.0 }
[[long_range]]
name = "between"
from = "exc"
to = "exc"
rule = { indegree_per_weight = 10.0 }
weight_mv = 1.0
delay = { velocity_m_per_s = 20.0, minimum_ms = 1.0 }
[[long_range.plasticity]]
plugin = "core.rstdp"
params = { every_ms = 5.0, w_max = 3.0 }
[[long_range]]
from = "exc"
to = "exc"
rule = { indegree_per_weight = 10.0 }
weight_mv = -1.0
port = "inh_mv"
delay = { velocity_m_per_s = 5.0, minimum_ms = 1.0 }
[modulator.dopamine]
baseline = 0.5
[[modulator.dopamine.release]]
amount = 1.0
rate_hz = 100.0
[[encoder]]
plugin = "core.poisson"
to = "*.*"
params.rate_hz = 2200.0
[[record]]
name = "spikes"
from = "*.*"
spikes = true
)";

}  // namespace

TEST_CASE("checkpoints: runs on two threads go on, also where only one is offered") {
  const auto toml = large + phases(110, 150, 1, "");
  check_pieces(toml, 2);
  const TemporaryFolder folder;
  const Network net(toml);
  const auto whole = through(net, folder.path() / "whole");
  const CheckpointPlace place{folder.path() / "checkpoint", "key", true};
  const auto stopped = run_scenario(
      net.scenario, net.paths, fresh(folder.path() / "pieces"), [](double) { return false; }, 2, nullptr, &place);
  CHECK(stopped.stopped);
  CHECK(checkpoint_threads(place) == 2u);
  CHECK((through(net, folder.path() / "pieces", 1, &place) == whole));
}

namespace {

const std::string small = feeding(rule("core.stdp", "a_plus = 0.1, a_minus = 0.08"));

std::string with_periodic(std::string toml, const std::string& every_ms) {
  return toml.replace(toml.find("seed"), 0, "checkpoint_every_ms = " + every_ms + "\n");
}

}  // namespace

TEST_CASE("checkpoints: written each checkpoint_every_ms they change nothing, and a run that died goes on from them") {
  const TemporaryFolder folder;
  const Network plain(small), net(with_periodic(small, "37.0"));
  const auto whole = through(plain, folder.path() / "whole");
  const CheckpointPlace place{folder.path() / "checkpoint", "key", true};
  // As a power cut would find it, at three times.
  std::vector<fs::path> found;
  const auto outcome = run_scenario(
      net.scenario, net.paths, fresh(folder.path() / "periodic"),
      [&](double share) {
        CHECK(fs::exists(place.file));
        if (share < 1) {
          found.push_back(folder.path() / fmt::format("found{}", found.size()));
          fs::copy_file(place.file, found.back());
        }
        return true;
      },
      1, nullptr, &place);
  CHECK((left_by(outcome, folder.path() / "periodic") == whole));
  REQUIRE(found.size() == 3);
  CHECK(read_text(found[0]) != read_text(found[1]));
  size_t n_left = 4;
  for (const auto& file : found) {
    const CheckpointPlace then{file, "key", true};
    size_t n_shares = 0;
    const auto resumed = run_scenario(
        net.scenario, net.paths, fresh(folder.path() / "resumed"),
        [&](double) {
          ++n_shares;
          return true;
        },
        1, nullptr, &then);
    CHECK(n_shares == n_left--);  // of 4; the first checkpoint lies before the first word of progress
    CHECK((left_by(resumed, folder.path() / "resumed") == whole));
  }
}

TEST_CASE("checkpoints: one of another key, or where none is to be gone on from, is ignored") {
  const TemporaryFolder folder;
  const Network net(small);
  const auto whole = through(net, folder.path() / "whole");
  const fs::path file = folder.path() / "checkpoint";
  const auto first_share = [&](const CheckpointPlace& place) {
    double first = 0;
    run_scenario(
        net.scenario, net.paths, fresh(folder.path() / "run"),
        [&](double share) {
          if (first == 0) first = share;
          return false;
        },
        1, nullptr, &place);
    return first;
  };
  const double begins = first_share({file, "key", true});
  CHECK_CLOSE(begins, 1024 / 3500.0, 0, 0.002);
  CHECK(first_share({file, "key", true}) > begins + 0.2);
  CHECK(first_share({file, "other", true}) == begins);  // and lies there in its place
  CHECK_FALSE(checkpoint_threads({file, "key", true}).has_value());
  CHECK(first_share({file, "other", false}) == begins);
  CHECK(first_share({file, "other", true}) > begins + 0.2);
  // Neither is something else taken for one.
  folder.write("checkpoint", std::string(100000, 'x'));
  CHECK(first_share({file, "key", true}) == begins);
  CHECK(first_share({folder.path() / "absent", "key", true}) == begins);
}

TEST_CASE("checkpoints: a damaged file is refused by its name") {
  const TemporaryFolder folder;
  const Network net(small);
  const CheckpointPlace place{folder.path() / "checkpoint", "key", true};
  run_scenario(
      net.scenario, net.paths, fresh(folder.path() / "run"), [](double) { return false; }, 1, nullptr, &place);
  const auto whole = read_text(place.file);
  const auto says = [&](const std::string& content) -> std::string {
    folder.write("checkpoint", content);
    try {
      run_scenario(
          net.scenario, net.paths, fresh(folder.path() / "run"), [](double) { return false; }, 1, nullptr, &place);
    } catch (const Failure& e) {
      CHECK(e.status() == Exit::data_unusable);
      return e.what();
    }
    return "none";
  };
  CHECK(says(whole) == "none");
  const auto start = place.file.string() + ": the checkpoint cannot be used: ";
  for (const double share : {0.01, 0.1, 0.5, 0.9, 0.9999}) {
    CAPTURE(share);
    CHECK(says(whole.substr(0, static_cast<size_t>(share * static_cast<double>(whole.size())))) ==
          start + "it ends early; remove it to begin the run anew");
  }
  // A length that no file can have.
  auto broken = whole;
  const size_t after_header = 8 + 23 + 8 + 3 + 8 + 8;
  for (size_t k = 0; k < 8; ++k) broken[after_header + k] = '\x7f';
  CHECK(says(broken).starts_with(start));
}
