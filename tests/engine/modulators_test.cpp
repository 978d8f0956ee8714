// Modulators as rules see them, step by step.
#include "engine/result_store.hpp"
#include "engine/run.hpp"
#include "engine/session.hpp"
#include "learning.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

constexpr int n_steps = 60;

// A synapse whose weight shows [modulator.dopamine]; `modulator` are its keys. A source and a target that fire when
// told.
std::string network(const TemporaryFolder& folder, const std::string& modulator,
                    const std::vector<std::pair<int, int>>& pre = {}, const std::vector<std::pair<int, int>>& post = {},
                    int delay_ms = 1, size_t n_units = 1) {
  return fmt::format("format = 1\n[run]\ndt_ms = 1.0\n{}", "") +
         forced("pre", n_units, folder.write("pre.csv", spikes_csv(pre))) +
         forced("post", n_units, folder.write("post.csv", spikes_csv(post))) +
         fmt::format(
             "[[region.projection]]\nname = \"p\"\nfrom = \"pre\"\nto = \"post\"\nrule = {{ one_to_one = true }}\n"
             "weight_mv = 0.25\ndelay_ms = {}.0\n[[region.projection.plasticity]]\nplugin = \"core.rstdp\"\n"
             "[[record]]\nweights = \"p\"\nevery_ms = 1.0\n[modulator.dopamine]\n{}\n",
             delay_ms, modulator);
}

const std::string one_phase = "[[phase]]\nname = \"all\"\nduration_ms = 60.0\n";

std::string release(const std::string& keys, double amount = 1) {
  return fmt::format("[[modulator.dopamine.release]]\namount = {:.3f}\n{}\n", amount, keys);
}

// What the modulator was in every step. With a delay of more than a step, only in the last step of every block.
std::vector<double> values(const std::string& toml, unsigned threads = 1) {
  Network net(toml, threads, [](Scenario& s) { replace_rule<Witness>(s, "core.rstdp"); });
  const auto rows = net.run().at(0);
  CHECK(rows.at(0).at(0) == 0.25);
  std::vector<double> out;
  for (size_t k = 1; k < rows.size(); ++k) out.push_back(rows[k][0]);
  return out;
}

// Amounts of steps, decaying.
std::vector<double> decaying(const std::vector<std::pair<size_t, double>>& events, double tau_ms, double baseline = 0) {
  std::vector<double> out(n_steps);
  for (size_t k = 0; k < out.size(); ++k) {
    out[k] = baseline;
    for (const auto& [step, amount] : events)
      if (step <= k)
        out[k] += tau_ms > 0 ? amount * std::exp(-static_cast<double>(k - step) / tau_ms) : step == k ? amount : 0;
  }
  return out;
}

void check_same(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t k = 0; k < found.size(); ++k) {
    CAPTURE(k);
    CHECK_CLOSE(found[k], expected[k], 1e-12, 1e-14);
  }
}

}  // namespace

TEST_CASE("modulators: releases at times and periods, of one step or decaying, on a baseline") {
  const TemporaryFolder folder;
  check_same(values(network(folder, "baseline = 0.5\n" + release("at_ms = [7.0, 30.0, 3.0]", 2)) + one_phase),
             decaying({{3, 2}, {7, 2}, {30, 2}}, 0, 0.5));
  check_same(values(network(folder, "tau_ms = 8.0\n" + release("at_ms = [7.0, 9.0]", 2) +
                                        release("period_ms = 20.0\nonset_ms = 5.0", -0.5)) +
                    one_phase),
             decaying({{7, 2}, {9, 2}, {5, -0.5}, {25, -0.5}, {45, -0.5}}, 8));
  check_same(values(network(folder, "tau_ms = 8.0\n" + release("at_ms = [7.0]\ndelay_ms = 6.0")) + one_phase),
             decaying({{13, 1}}, 8));
}

TEST_CASE("modulators: the running mean is taken away") {
  const TemporaryFolder folder;
  const auto raw = decaying({{5, 3}, {20, 3}, {35, 3}, {50, 3}}, 4);
  std::vector<double> expected;
  double mean = 0;
  for (const double r : raw) {
    expected.push_back(0.25 + r - mean);
    mean += (1 - std::exp(-1.0 / 15)) * (r - mean);
  }
  check_same(values(network(folder, "baseline = 0.25\ntau_ms = 4.0\nmean_tau_ms = 15.0\n" +
                                        release("period_ms = 15.0\nonset_ms = 5.0", 3)) +
                    one_phase),
             expected);
}

TEST_CASE("modulators: random releases come at their rate, others with another seed") {
  const TemporaryFolder folder;
  const auto run = [&](int seed) {
    auto toml = network(folder, release("rate_hz = 200.0", 0.5)) + "[[phase]]\nname = \"all\"\nduration_ms = 2000.0\n";
    return values(toml.replace(toml.find("dt_ms"), 0, fmt::format("seed = {}\n", seed)));
  };
  const auto a = run(1);
  double n = 0;
  for (const double v : a) n += v / 0.5;
  // 2000 chances of 1 - e^-0.2, 4 standard deviations.
  CHECK(std::abs(n - 362.5) < 69);
  CHECK(a == run(1));
  CHECK(a != run(2));
}

TEST_CASE("modulators: a target that fires soon after its source releases, after a delay") {
  const TemporaryFolder folder;
  // Pairs of 4 ms and 1 ms; too late; the wrong way around; at once.
  const std::vector<std::pair<int, int>> pre{{5, 0}, {20, 0}, {30, 0}, {45, 0}, {52, 0}},
      post{{9, 0}, {27, 0}, {31, 0}, {44, 0}, {52, 0}};
  const std::string pair = "pair = { projection = \"p\", source = 0, nth = 0, within_ms = 5.0 }\n";
  check_same(values(network(folder, release(pair), pre, post) + one_phase), decaying({{9, 1}, {31, 1}}, 0));
  check_same(values(network(folder, "tau_ms = 7.0\n" + release(pair + "delay_ms = 3.0"), pre, post) + one_phase),
             decaying({{12, 1}, {34, 1}}, 7));
  const auto random =
      values(network(folder, release(pair + "delay_ms = { uniform = [2.0, 12.0] }"), pre, post) + one_phase);
  size_t n = 0;
  for (size_t k = 0; k < random.size(); ++k)
    if (random[k] != 0) {
      CHECK(((k >= 11 && k <= 21) || (k >= 33 && k <= 43)));
      ++n;
    }
  CHECK(n == 2);
}

TEST_CASE("modulators: a pair in the last step of an episode counts") {
  const TemporaryFolder folder;
  const std::string pair = "pair = { projection = \"p\", source = 0, nth = 0, within_ms = 5.0 }\n";
  const std::vector<std::pair<int, int>> pre{{8, 0}, {30, 0}}, post{{10, 0}, {31, 0}};
  for (const int delay : {1, 5}) {
    CAPTURE(delay);
    const auto toml = network(folder, "tau_ms = 20.0\n" + release(pair), pre, post, delay);
    const auto whole = values(toml + one_phase),
               cut = values(toml + "[[phase]]\nname = \"all\"\nepisodes = 6\nepisode_ms = 10.0\n");
    CHECK(whole == cut);
    CHECK(whole.back() > 0.2);
  }
}

TEST_CASE("modulators: one that a phase does not choose stays at its baseline") {
  const TemporaryFolder folder;
  const auto found = values(network(folder, "baseline = 0.5\ntau_ms = 30.0\n" + release("at_ms = [5.0, 25.0, 45.0]") +
                                                release("at_ms = [15.0]\ndelay_ms = 10.0")) +
                            "[[phase]]\nname = \"a\"\nduration_ms = 20.0\n[[phase]]\nname = \"b\"\nduration_ms = "
                            "20.0\ninputs = [\"*\", \"!dop*\"]\n[[phase]]\nname = \"c\"\nduration_ms = 20.0\n");
  // What was released before decays on unseen; what would be released meanwhile is lost.
  auto expected = decaying({{5, 1}, {45, 1}}, 30, 0.5);
  for (size_t k = 20; k < 40; ++k) expected[k] = 0.5;
  check_same(found, expected);
}

TEST_CASE("modulators: what they follow, as it was after the last step, times the gain") {
  const TemporaryFolder folder;
  const auto found = values(
      network(folder, "follows = \"e.v_mv\"\ngain = 2.0\nbaseline = 0.25\n") +
      "[region.population.e]\nplugin = \"core.lif_delta\"\nn = 4\nparams = { tau_m_ms = 0.01, threshold_mv = 1000.0, "
      "initial_v_high_mv = 0.0, reset_mv = 0.0 }\n"
      "[[stimulus]]\nto = \"e\"\nonset_ms = 10.0\nduration_ms = 2.0\namplitude_mv = 3.0\n"
      "[[stimulus]]\nto = \"e\"\nunit_share = 0.5\npattern = \"some\"\nonset_ms = 11.0\nduration_ms = 2.0\n"
      "amplitude_mv = 8.0\n" +
      one_phase);
  // Half of the units have more.
  auto expected = decaying({{11, 6}, {12, 2 * (3 + 4)}, {13, 8}}, 0, 0.25);
  check_same(found, expected);
}

namespace {

// The source fires three times in 20 ms; an analyzer tells the modulator of it.
std::string follows_analyzer(const TemporaryFolder& folder, const std::string& metric, const std::string& analyzer) {
  return network(folder, "baseline = 0.5\ngain = 0.1\nanalyzer = \"rates\"\nmetric = \"" + metric + "\"\n",
                 {{3, 0}, {5, 0}, {9, 0}, {33, 0}}) +
         "[[record]]\nname = \"seen\"\nfrom = \"*.pre\"\nspikes = true\n"
         "[[analyzer]]\nname = \"rates\"\nprefix = \"early.\"\ninput = \"seen\"\nphase = \"a\"\n" +
         analyzer +
         "[[phase]]\nname = \"a\"\nduration_ms = 20.0\n[[phase]]\nname = \"b\"\nduration_ms = "
         "20.0\nreset = true\n[[phase]]\nname = \"c\"\nduration_ms = 20.0\ninputs = [\"*\", \"!dop*\"]\n";
}
const std::string group_rates = "plugin = \"core.group_rates\"\n";

void with_witness(Scenario& s) { replace_rule<Witness>(s, "core.rstdp"); }

}  // namespace

TEST_CASE("modulators: what an analyzer finds in a phase acts from its end on, in runs and in sessions") {
  const TemporaryFolder folder;
  Network net(follows_analyzer(folder, "unit_rate_hz", group_rates), 1, with_witness);
  run_scenario(net.scenario, net.paths, folder.path());
  auto found = ResultReader(folder.path() / "results.h5").read("/recordings/p.weight/data").numbers;
  found.erase(found.begin());  // before the first step
  std::vector<double> expected(n_steps, 0.5);
  for (size_t k = 20; k < 40; ++k) expected[k] = 0.5 + 0.1 * 150;
  check_same(found, expected);

  Network driven(follows_analyzer(folder, "unit_rate_hz", group_rates), 1, with_witness);
  Session session({nullptr, driven.paths, driven.scenario});
  while (!session.is_over()) session.advance(7);
  auto rows = session.recording("p.weight").rows;
  rows.erase(rows.begin());
  CHECK(rows == found);
}

TEST_CASE("modulators: what an analyzer does not find ends the run") {
  const TemporaryFolder folder;
  const auto failure = [&](const std::string& metric, const std::string& analyzer) {
    Network net(follows_analyzer(folder, metric, analyzer), 1, with_witness);
    try {
      run_scenario(net.scenario, net.paths, {});
    } catch (const Failure& e) {
      CHECK(e.status() == Exit::simulation_failed);
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(failure("unit_rate", group_rates) ==
        "network.toml:32:12: modulator 'dopamine': analyzer 'rates' found no 'unit_rate' in phase 'a'; did you mean "
        "'unit_rate_hz'?; it found rate_hz, rate_sd_hz, unit_rate_hz, unit_rate_q05_hz, unit_rate_q25_hz, "
        "unit_rate_median_hz, unit_rate_q75_hz, unit_rate_q95_hz, silent_unit_fraction");
  CHECK(failure("isi_cv_mean", "plugin = \"core.isi_cv\"\n") ==
        "network.toml:32:12: modulator 'dopamine': analyzer 'rates' found no number for 'isi_cv_mean' in phase 'a': "
        "see that "
        "there is something to analyze, or follow another metric");
}

TEST_CASE("modulators: alike on one and two threads") {
  const TemporaryFolder folder;
  std::vector<std::pair<int, int>> pre, post;
  for (int t = 3; t < n_steps; t += 7)
    pre.emplace_back(t, 2099), post.emplace_back(t + 2, 2099), pre.emplace_back(t, 4);
  const std::string pair = "pair = { projection = \"p\", source = 2099, nth = 0, within_ms = 5.0 }\n";
  for (const int delay : {1, 4})
    for (const char* follows : {"", "follows = \"post.v_mv\"\n"}) {
      const auto toml = network(folder,
                                "tau_ms = 9.0\nmean_tau_ms = 30.0\n" + std::string(follows) + release(pair) +
                                    release("rate_hz = 100.0"),
                                pre, post, delay, 2100) +
                        one_phase;
      const auto one = values(toml), two = values(toml, 2);
      CHECK(one == two);
      CHECK(one.size() >= n_steps / 4);
    }
}
