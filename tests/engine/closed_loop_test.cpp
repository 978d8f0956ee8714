// Bodies in a run: turns, trials and episodes, delays, pushes, what is seen of rewards, and going on from a checkpoint.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "data/temporary_folder.hpp"
#include "engine/run.hpp"
#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

constexpr const char* step_20 = "format = 1\n[run]\nseed = 5\ndt_ms = 20.0\n";

// A cart whose force is 0 or, of the linear policy, what `weights` make of its four observations.
std::string cart(const std::string& keys = "", const std::string& weights = "[0.0, 0.0, 0.0, 0.0]") {
  return "[body.cart]\nplugin = \"mujoco.cartpole\"\nparams = { action = \"force\" }\n" + keys +
         "[body.cart.controller]\nplugin = \"core.linear_policy\"\nparams = { weights = " + weights +
         " }\n[[record]]\nbody = \"cart\"\n";
}

std::string phase(const std::string& name, int episodes, double episode_ms, const std::string& keys = "") {
  return fmt::format("[[phase]]\nname = \"{}\"\nepisodes = {}\nepisode_ms = {:.1f}\n{}\n", name, episodes, episode_ms,
                     keys);
}

const Body& body_of(Network& n) { return *n.simulation.closed_loop()->bodies().at(0); }

// The sum of both terms of the reward.
double earned(const TrialLog& trials, size_t trial) { return trials.reward[2 * trial] + trials.reward[2 * trial + 1]; }

struct Seen {
  TrialLog trials;
  StepLog steps;
};
Seen run(const std::string& toml, unsigned threads = 1) {
  Network n(toml, threads);
  n.run();
  return {body_of(n).trials(), body_of(n).steps()};
}

}  // namespace

TEST_CASE(
    "closed loop: where episodes are reset, a trial that is over ends its episode, and the next begins in its time") {
  const auto seen = run(step_20 + cart() + phase("test", 5, 4100, "reset = true"));
  REQUIRE(seen.trials.size() == 5);
  for (size_t k = 0; k < 5; ++k) {
    CHECK(seen.trials.begin_ms[k] == 4100.0 * static_cast<double>(k));
    CHECK(seen.trials.steps[k] > 5);
    CHECK(seen.trials.steps[k] < 100);
    CHECK(seen.trials.end[k] == TrialLog::terminated);
    CHECK(seen.trials.reason[k] == "the pole leaned more than 12 degrees");
    CHECK(earned(seen.trials, k) == static_cast<double>(seen.trials.steps[k]));
  }
}

TEST_CASE("closed loop: without a reset the body rests until the next episode, and goes the same way") {
  const auto rests = run(step_20 + cart() + phase("test", 5, 4100)),
             skips = run(step_20 + cart() + phase("test", 5, 4100, "reset = true"));
  CHECK(rests.trials.begin_ms == skips.trials.begin_ms);
  CHECK(rests.trials.steps == skips.trials.steps);
  CHECK(rests.steps.observation == skips.steps.observation);
}

TEST_CASE("closed loop: a body that restarts begins its next trial with the step after the last") {
  const auto seen = run(step_20 + cart("when_over = \"restart\"\n") + phase("test", 1, 10000));
  REQUIRE(seen.trials.size() > 4);
  for (size_t k = 1; k < seen.trials.size(); ++k)
    CHECK(seen.trials.begin_ms[k] ==
          seen.trials.begin_ms[k - 1] + 20.0 * static_cast<double>(seen.trials.steps[k - 1] + 1));
  CHECK(seen.trials.end.back() == TrialLog::cut_off);
}

TEST_CASE("closed loop: an episode of n steps has n - 1 actions, and a trial that it ends is cut off") {
  const auto seen = run(step_20 + cart() + phase("test", 3, 200));
  CHECK(seen.trials.steps == std::vector<int64_t>{9, 9, 9});
  CHECK(seen.trials.end == std::vector<int64_t>(3, TrialLog::cut_off));
  CHECK(seen.steps.time_ms.size() == 30);
}

TEST_CASE("closed loop: rows say what was done and what came of it") {
  const auto seen = run(step_20 + cart("", "[1.0, 0.5, 30.0, 3.0]") + phase("test", 1, 1000));
  const auto& s = seen.steps;
  REQUIRE(s.time_ms.size() == 50);
  CHECK(std::isnan(s.action[0]));
  CHECK(s.reward[0] == 0);
  REQUIRE(s.reward.size() == 2 * s.time_ms.size());  // two terms
  for (size_t k = 1; k < s.time_ms.size(); ++k) {
    CHECK(s.time_ms[k] == 20.0 * static_cast<double>(k));
    const double* o = &s.observation[4 * (k - 1)];
    const double wanted = std::clamp(o[0] + 0.5 * o[1] + 30 * o[2] + 3 * o[3], -10.0, 10.0);
    CHECK_CLOSE(s.action[k], wanted, 1e-12, 1e-12);
    CHECK(s.reward[2 * k] == 1);
  }
}

TEST_CASE("closed loop: what is seen is as old as the sensor delay, and what is done as the motor delay") {
  for (const auto& [sensor, motor] : {std::pair{2u, 0u}, {0u, 3u}, {1u, 1u}}) {
    const auto seen = run(step_20 +
                          cart(fmt::format("sensor_delay_ms = {}.0\nmotor_delay_ms = {}.0\n", 20 * sensor, 20 * motor),
                               "[1.0, 0.5, 3.0, 0.3]") +
                          phase("test", 1, 600));
    const auto& s = seen.steps;
    REQUIRE(s.time_ms.size() > 10);
    for (size_t k = 1; k < s.time_ms.size(); ++k) {
      if (k <= motor) {
        CHECK(std::isnan(s.action[k]));  // nothing has arrived
        continue;
      }
      // Decided after the interval that ended motor steps before, upon what was seen then; at first the beginning is.
      const size_t decided = k - 1 - motor, shown = decided > sensor ? decided - sensor : 0;
      const double* o = &s.observation[4 * shown];
      CHECK_CLOSE(s.action[k], o[0] + 0.5 * o[1] + 3 * o[2] + 0.3 * o[3], 1e-12, 1e-12);
    }
  }
}

TEST_CASE("closed loop: pushes come when they are to, as strong and as long, in every trial anew") {
  const auto pushed = [](const std::string& keys) {
    const auto seen =
        run(step_20 + cart("", "[1.0, 2.0, 40.0, 8.0]") + "[[perturbation]]\nbody = \"cart\"\nchannel = \"push_n\"\n" +
            keys + phase("test", 2, 1000, "reset = true"));
    return std::pair(seen.steps.disturbance, seen.steps.trial);
  };
  // The row of a push is that of the interval's end.
  const auto [once, trial] = pushed("onset_ms = 100.0\nduration_ms = 60.0\namplitude = 2.0\n");
  REQUIRE(once.size() == 100);
  for (size_t k = 0; k < once.size(); ++k) CHECK(once[k] == (k % 50 >= 6 && k % 50 < 9 ? 2.0 : 0.0));
  const auto [again, unused] =
      pushed("onset_ms = 90.0\nduration_ms = 40.0\namplitude = -1.0\nperiod_ms = 200.0\n");  // takes effect at 100
  for (size_t k = 1; k < again.size(); ++k) CHECK(again[k] == (k % 50 >= 6 && (k % 50 - 6) % 10 < 2 ? -1.0 : 0.0));
  const auto [drawn, which] = pushed(
      "onset_ms = { uniform = [100.0, 300.0] }\nduration_ms = 40.0\namplitude = { uniform = [1.0, 3.0] }\n"
      "random_sign = true\nperiod_ms = { uniform = [100.0, 300.0] }\n");
  std::vector<double> first, second;
  for (size_t k = 0; k < drawn.size(); ++k) (which[k] == 0 ? first : second).push_back(drawn[k]);
  CHECK(first != second);
  CHECK(std::ranges::count_if(drawn, [](double x) { return x != 0; }) >= 8);
  for (const double x : drawn) CHECK((x == 0 || (std::abs(x) >= 1 && std::abs(x) <= 3)));
}

TEST_CASE("closed loop: phases that name one stream of noise see the same beginnings and pushes") {
  const std::string push =
      "[[perturbation]]\nbody = \"cart\"\nchannel = \"push_n\"\nduration_ms = 40.0\namplitude = 2.0\n"
      "onset_ms = { uniform = [0.0, 200.0] }\n";
  const auto seen = run(step_20 + cart() + push + phase("a", 3, 1000, "reset = true\nnoise = \"n\"") +
                        phase("b", 2, 1000, "reset = true") + phase("c", 3, 1000, "reset = true\nnoise = \"n\""));
  REQUIRE(seen.trials.size() == 8);
  const auto steps = [&](size_t k) { return seen.trials.steps[k]; };
  for (size_t k = 0; k < 3; ++k) CHECK(steps(k) == steps(k + 5));
  CHECK((steps(3) != steps(0) || steps(4) != steps(1)));
  const auto other = run(step_20 + cart() + push + phase("a", 3, 1000, "reset = true\ninputs = [\"*\"]"));
  CHECK(other.trials.steps != std::vector<int64_t>{steps(0), steps(1), steps(2)});
}

namespace {

// A decoder that shows the reward that reached it, of the body and as a modulator.
std::string listening(const std::string& body_keys) {
  return R"(format = 1
[run]
dt_ms = 5.0
[region.population.hears]
plugin = "core.linear_readout"
n = 1
params = { tau_out_ms = 0.0 }
[modulator.reward]
reward = "cart"
[[record]]
from = "hears"
state = "target"
every_ms = 5.0
[[encoder]]
plugin = "core.observation"
body = "cart"
observe = ["reward"]
to = "hears"
port = "target"
)" + cart(body_keys) +
         phase("test", 3, 1000);
}

}  // namespace

TEST_CASE("closed loop: an encoder sees a reward in the first step after it was earned") {
  Network n(listening(""));
  const auto rows = n.run().at(0);
  const auto& trials = body_of(n).trials();
  double sum = 0;
  for (size_t k = 0; k < rows.size(); ++k) {
    sum += rows[k][0];
    if (k % 4 != 0) CHECK(rows[k][0] == 0);
  }
  // What was earned last is seen, too: the body rests until the episode ends.
  CHECK(sum == earned(trials, 0) + earned(trials, 1) + earned(trials, 2));
}

TEST_CASE("closed loop: the gain is on what is seen of the reward, and a shuffled reward is one of another time") {
  const auto seen = [](const std::string& keys) {
    Network n(listening(keys));
    const auto rows = n.run().at(0);
    std::vector<double> shown, sums(3);
    for (size_t k = 0; k < rows.size(); k += 4) shown.push_back(rows[k][0]), sums[k / 200] += rows[k][0];
    return std::tuple(shown, sums, body_of(n).trials());
  };
  const auto [unused, flipped, trials] = seen("reward_gain = -2.0\n");
  for (size_t k = 0; k < 3; ++k) CHECK(flipped[k] == -2 * earned(trials, k));
  // Every step of a trial earns 1, and 0 while the body rests: what is shown is 1 all the time, but for the first of
  // all (nothing has happened yet) and of each trial.
  const auto [shown, sums, same] = seen("shuffled_reward = true\n");
  CHECK(same.reward == trials.reward);
  for (size_t k = 0; k < shown.size(); ++k) CHECK(shown[k] == (k % 50 == 0 || k == 1 ? 0 : 1));
}

TEST_CASE("closed loop: a run that is cut into pieces ends with the same bytes, whatever the number of threads") {
  const std::string toml =
      step_20 + cart("sensor_delay_ms = 40.0\nmotor_delay_ms = 20.0\n", "[1.0, 0.5, 3.0, 0.3]") +
      "[[perturbation]]\nbody = \"cart\"\nchannel = \"push_n\"\nduration_ms = 40.0\namplitude = 2.0\n"
      "onset_ms = { uniform = [0.0, 200.0] }\nperiod_ms = 100.0\n" +
      phase("a", 4, 2000, "reset = true") + phase("b", 4, 1000);
  const auto whole = run(toml);
  for (const double stop : {0.1, 0.33, 0.7}) {
    std::stringstream state;
    Network first(toml, 1, [&](Scenario& s) { s.checkpoint_every_ms = stop * s.duration_ms; });
    int n = 0;
    first.simulation.on_checkpoint([&](double) {
      if (n++ == 0) first.simulation.save(state);
    });
    first.run();
    REQUIRE(n > 0);
    Network second(toml);
    second.simulation.load(state);
    second.run();
    CHECK(body_of(second).trials().steps == whole.trials.steps);
    CHECK(body_of(second).trials().begin_ms == whole.trials.begin_ms);
    CHECK(body_of(second).steps().observation == whole.steps.observation);
    CHECK(body_of(second).steps().time_ms == whole.steps.time_ms);
  }
}

namespace {

// A small actor and critic that balance a cart: weights onto them learn at every decision, those of the hidden units at
// the end of every episode.
std::string learner(const std::string& phases) {
  return R"(format = 1
[run]
seed = 2
dt_ms = 1.0
[body.cart]
plugin = "mujoco.cartpole"
[[body.cart.act]]
from = "actor"
[[body.cart.act]]
from = "critic"
actions = []
[region.population.input]
plugin = "core.lif_delta"
n = 16
params = { threshold_mv = 0.5, reset_mv = 0.0, t_ref_ms = 0.0, initial_v_high_mv = 0.0 }
[region.population.hidden]
plugin = "core.alif_delta"
n = 12
params = { threshold_mv = 0.6, beta_mv = 0.0 }
[region.population.actor]
plugin = "core.softmax_policy"
n = 2
[region.population.critic]
plugin = "core.value_readout"
n = 1
[[encoder]]
plugin = "core.receptive_fields"
body = "cart"
to = "*.input"
params = { n_centres = [4.0], low = [-2.4, -3.0, -0.21, -3.0], high = [2.4, 3.0, 0.21, 3.0], max_hz = 400.0, weight_mv = 1.0 }
[[encoder]]
plugin = "core.observation"
body = "cart"
observe = "reward"
to = "critic"
port = "reward"
[[encoder]]
plugin = "core.observation"
body = "cart"
observe = "is_terminated"
to = "critic"
port = "is_over"
[modulator.td_error]
follows = "critic.td_error"
[[region.projection]]
name = "in"
from = "input"
to = "hidden"
rule = { all_to_all = true }
weight_mv = { normal = [0.0, 0.3] }
delay_ms = 1.0
[[region.projection.plasticity]]
plugin = "core.eprop_reward"
params = { update_every_ms = 4060.0, reward_delay_steps = 3, discount = 0.9995, learning_rate = 1e-3, optimizer = "adam" }
[[region.projection]]
from = "actor"
to = "hidden"
port = "learning_signal"
rule = { all_to_all = true }
weight = { normal = [0.0, 1.0] }
[[region.projection]]
name = "act"
from = "hidden"
to = ["actor", "critic"]
rule = { all_to_all = true }
weight = { normal = [0.0, 0.1] }
delay_ms = 1.0
[[region.projection.plasticity]]
plugin = "core.policy_gradient"
params = { update_every_ms = 20.0, learning_rate = 0.01 }
[[record]]
body = "cart"
)" + phases;
}

std::vector<float> weights_of(const Simulation& simulation, const std::string& projection) {
  std::vector<float> out;
  simulation.for_each_projection(true, [&](const ProjectionSpec& spec, const Synapses& synapses) {
    if (spec.name == projection) out.assign(synapses.weight.begin(), synapses.weight.end());
  });
  return out;
}

}  // namespace

TEST_CASE("closed loop: rules that learn at the end of an episode do so although its trial ended it early") {
  const auto learnt = [](int episodes) {
    Network n(learner(phase("learn", episodes, 4060, "reset = true")));
    n.run();
    CHECK(body_of(n).trials().end.front() == TrialLog::terminated);
    return std::pair(weights_of(n.simulation, "in"), weights_of(n.simulation, "act->actor"));
  };
  const auto [in_1, act_1] = learnt(1);
  const auto [in_2, act_2] = learnt(2);
  Network fresh(learner(phase("rest", 1, 4060, "reset = true\nplasticity = false")));
  fresh.run();
  CHECK(in_1.size() == 16 * 12);
  CHECK(weights_of(fresh.simulation, "in") != in_1);  // one episode, which is the last of the run
  CHECK(in_2 != in_1);
  CHECK(weights_of(fresh.simulation, "act->actor") != act_1);
  CHECK(act_2 != act_1);
}

TEST_CASE("closed loop: training that is cut into pieces ends with the same weights and trials") {
  const std::string toml =
      learner(phase("learn", 8, 4060, "reset = true") + phase("test", 3, 4060, "reset = true\nplasticity = false"));
  Network whole(toml);
  whole.run();
  size_t n_pieces = 0;
  for (const double every_ms : {4060.0, 9000.0, 20000.0}) {
    std::vector<std::string> states;
    Network first(toml, 1, [&](Scenario& s) { s.checkpoint_every_ms = every_ms; });
    first.simulation.on_checkpoint([&](double) {
      std::stringstream state;
      first.simulation.save(state);
      states.push_back(state.str());
    });
    first.run();
    for (const auto& text : states) {
      std::stringstream state(text);
      Network second(toml);
      second.simulation.load(state);
      second.run();
      for (const char* projection : {"in", "act->actor", "act->critic"})
        CHECK(weights_of(second.simulation, projection) == weights_of(whole.simulation, projection));
      CHECK(body_of(second).trials().steps == body_of(whole).trials().steps);
      CHECK(body_of(second).steps().observation == body_of(whole).steps().observation);
      ++n_pieces;
    }
  }
  CHECK(n_pieces > 8);
}

TEST_CASE("closed loop: an encoder that feeds the region of a decoder of the same body is warned of") {
  const std::string toml = R"(format = 1
run = { dt_ms = 1.0, duration_ms = 100.0 }
[connectome]
plugin = "core.toy20"
params.rows = "sources"
[region.population.e]
plugin = "core.lif"
n = 2
[template.motor]
regions = ["M1_*"]
[template.motor.population.e]
plugin = "core.lif"
n = 2
[template.motor.population.actor]
plugin = "core.softmax_policy"
n = 1
[body.cart]
plugin = "mujoco.cartpole"
[[body.cart.act]]
from = "motor/actor"
[[encoder]]
plugin = "core.observation"
body = "cart"
to = "TO.e"
)";
  const auto warnings = [&](const std::string& to, const std::string& more = "") {
    std::string text = toml + more;
    text.replace(text.find("TO"), 2, to);
    Network n(text);
    return raw_sensor_warnings(n.scenario, n.brain);
  };
  CHECK(warnings("V1_*").empty());
  REQUIRE(warnings("M1_left").size() == 1);
  CHECK(warnings("M1_left")[0] ==
        "network.toml:24:6: encoder 'core.observation' feeds region M1_left, in which decoder 'motor/actor' of the "
        "same body "
        "stands: what the body senses may reach its motors without the brain; choose other regions with 'to'");
  CHECK(warnings("*").size() == 1);
  CHECK(warnings("M1_left", "observe = [\"reward\", \"is_over\"]\n").empty());  // no senses
}

TEST_CASE("closed loop: without a network and without any other recording an analyzer is given the body") {
  const TemporaryFolder folder;
  Network net(step_20 + cart() + phase("test", 2, 1000, "reset = true") +
              "[[analyzer]]\nplugin = \"core.body_episodes\"\nbody = \"cart\"\n");
  REQUIRE(net.scenario.records.empty());
  double trials = 0;
  for (const auto& m : run_scenario(net.scenario, net.paths, folder.path()).metrics)
    if (m.name == "body_trials") trials = m.value;
  CHECK(trials == 2);
}
