#include "live/live_view.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "../engine/network.hpp"
#include "viewer.hpp"

using namespace encephagen;
using namespace encephagen::testing;
using Json = nlohmann::json;

namespace {

const std::string spiking = R"(format = 1
title = "live"
run = { dt_ms = 0.1, duration_ms = DURATION }
[region.population.exc]
plugin = "core.lif"
n = 40
[region.population.inh]
plugin = "core.lif"
n = 10
[[region.projection]]
from = "exc"
to = "inh"
rule = { bernoulli = 0.5 }
weight_mv = 1.0
delay_ms = 1.0
[[encoder]]
name = "noise"
plugin = "core.poisson"
to = "*.exc"
params = { rate_hz = 1500.0, weight_mv = 4.0 }
[[record]]
from = "*.exc"
spikes = true
[[analyzer]]
plugin = "core.group_rates"
)";

std::string lasting(double duration_ms) {
  std::string out = spiking;
  out.replace(out.find("DURATION"), 8, std::to_string(duration_ms));
  return out;
}

// A run on a thread of its own, with a live view.
struct LiveRun {
  Network network;
  LiveView view;
  RunOutcome outcome;
  std::atomic<bool> stops{false}, is_over{false};
  std::thread thread;

  LiveRun(const std::string& toml, bool is_paused) : network(toml), view(0, is_paused) {
    thread = std::thread([this] {
      outcome = run_scenario(
          network.scenario, network.paths, "", [this](double) { return !stops; }, 1, nullptr, nullptr, &view);
      is_over = true;
      view.end("results in x");
    });
  }
  ~LiveRun() {
    stops = true;
    thread.join();
  }
  Place place() const { return Place(view.server().address()); }
};

double rate_hz(const RunOutcome& out) {
  for (const auto& m : out.metrics)
    if (m.name == "rate_hz" && m.group.empty()) return m.value;
  return -1;
}

}  // namespace

TEST_CASE("live view: a run that is looked at gives the results of one that is not") {
  Network alone(lasting(300));
  const double expected = rate_hz(run_scenario(alone.scenario, alone.paths, ""));
  REQUIRE(expected > 1);
  LiveRun run(lasting(300), true);
  Viewer viewer(run.place());
  CHECK(viewer.ask({{"do", "step"}, {"ms", 7.3}})["says"] == "to 7.3 ms");
  viewer.wait_for(
      [](const Json& d) { return d["live"]["state"] == "paused" && d["live"]["t_ms"].get<double>() > 7.2; });
  CHECK(viewer.ask({{"do", "go"}})["says"] == "running");
  const auto last = viewer.wait_for([](const Json& d) { return d["live"]["state"] == "over"; });
  CHECK(last["live"]["says"] == "results in x");
  run.thread.join();
  run.thread = std::thread([] {});
  CHECK(rate_hz(run.outcome) == expected);
  CHECK(run.outcome.warnings.empty());
}

TEST_CASE("live view: documents hold the rasters and rates of the last seconds") {
  LiveRun run(lasting(1e7), true);
  Viewer viewer(run.place());
  viewer.ask({{"do", "step"}, {"ms", 500}});
  const auto d = viewer.wait_for([](const Json& j) { return j["live"]["t_ms"] == 500; });
  const Json& spikes = d["runs"][0]["spikes"];
  REQUIRE(spikes.size() == 2);
  CHECK(spikes[0]["name"] == "exc");
  CHECK(spikes[0]["from_ms"] == 0);
  CHECK(spikes[0]["to_ms"].get<double>() >= 500);
  CHECK(spikes[0]["to_ms"].get<double>() <= 510);
  CHECK(spikes[0]["raster"]["rows"] == 40);
  CHECK(spikes[0]["raster"]["counts"]["shape"][1] == 40);
  const double counted = spikes[0]["n_spikes"];
  viewer.ask({{"do", "step"}, {"ms", 4000}});
  const auto later = viewer.wait_for([](const Json& j) { return j["live"]["t_ms"] == 4500; });
  CHECK(later["runs"][0]["spikes"][0]["from_ms"].get<double>() > 2000);  // the last two seconds
  CHECK(later["runs"][0]["spikes"][0]["n_spikes"].get<double>() > 2 * counted);
  const auto page = get(run.place(), "/?token=" + run.place().token);
  CHECK(page.status == 200);
  CHECK(page.body.find("connect-src ws://127.0.0.1:" + std::to_string(run.place().port)) != std::string::npos);
}

TEST_CASE("live view: input and parameters change the run, and the results say so") {
  LiveRun run(lasting(1000), true);
  Viewer viewer(run.place());
  viewer.ask({{"do", "step"}, {"ms", 100}});
  viewer.wait_for([](const Json& d) { return d["live"]["t_ms"] == 100; });
  CHECK(viewer.ask({{"do", "set"}, {"path", "encoder.noise.rate_hz"}, {"value", "0.0"}})["says"] ==
        "by hand at 100 ms: encoder.noise.rate_hz = 0.0");
  CHECK(viewer.ask({{"do", "inject"}, {"population", "inh"}, {"amplitude", 40}, {"duration_ms", 50}})["says"] ==
        "by hand at 100 ms: 40 into 10 units of inh for 50 ms");
  viewer.ask({{"do", "step"}, {"ms", 100}});
  const auto d = viewer.wait_for([](const Json& j) { return j["live"]["t_ms"] == 200; });
  CHECK(d["runs"][0]["spikes"][1]["n_spikes"].get<double>() > 10);
  CHECK(d["live"]["changes"].size() == 2);
  viewer.ask({{"do", "go"}});
  viewer.wait_for([](const Json& j) { return j["live"]["state"] == "over"; });
  run.thread.join();
  run.thread = std::thread([] {});
  REQUIRE(run.outcome.warnings.size() == 2);
  CHECK(run.outcome.warnings[0] == "by hand at 100 ms: encoder.noise.rate_hz = 0.0");
  CHECK(rate_hz(run.outcome) < 5);
}

TEST_CASE("live view: orders that cannot be obeyed are answered with the reason, and change nothing") {
  LiveRun run(lasting(1e7), true);
  Viewer viewer(run.place());
  const auto refusal = [&](const Json& order) {
    const auto answer = viewer.ask(order);
    CHECK(answer["ok"] == false);
    return answer["says"].get<std::string>();
  };
  CHECK(refusal({{"do", "dance"}}) == "there is no order 'dance'; there are pause, go, step, inject, set");
  CHECK(refusal({{"do", "step"}}) == "'step' needs 'ms', a number");
  CHECK(refusal({{"do", "step"}, {"ms", -1}}) == "'step' needs 'ms', more than 0");
  CHECK(refusal({{"do", "inject"}, {"population", "ex"}, {"amplitude", 1}, {"duration_ms", 1}}) ==
        "there is no population 'ex'; did you mean 'exc'?; there are exc, inh");
  CHECK(refusal({{"do", "inject"}, {"population", "exc"}, {"region", "V1"}, {"amplitude", 1}, {"duration_ms", 1}}) ==
        "'exc' has no units in a region 'V1'");
  CHECK(refusal({{"do", "set"}, {"path", "exc.tau_m_ms"}, {"value", "-3.0"}}).find("is outside [") !=
        std::string::npos);
  viewer.send("no JSON");
  for (;;)
    if (const auto m = viewer.receive(); !m.is_document) {
      CHECK(m.json["says"] == "a message must be a JSON object");
      break;
    }
  viewer.ask({{"do", "step"}, {"ms", 1}});
  const auto d = viewer.wait_for([](const Json& j) { return j["live"]["t_ms"] == 1; });
  CHECK(d["live"]["changes"].empty());
}

TEST_CASE("live view: a run waits for no viewer, and a stop ends a pause") {
  const auto start = std::chrono::steady_clock::now();
  {
    LiveRun run(lasting(1e7), true);
    Viewer viewer(run.place());  // never reads
    viewer.send(R"({"do": "go"})");
    while (run.view.server().n_viewers() == 0) std::this_thread::yield();
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
  { LiveRun run(lasting(1e7), true); }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

TEST_CASE("live view: bodies are seen whether they are recorded or not") {
  LiveRun run(R"(format = 1
run = { dt_ms = 1.0, duration_ms = 100000.0 }
[body.pendulum]
plugin = "core.pendulum"
step_ms = 50.0
when_over = "restart"
controller = { plugin = "core.random_policy" }
)",
              true);
  Viewer viewer(run.place());
  viewer.ask({{"do", "step"}, {"ms", 200}});
  const auto d = viewer.wait_for([](const Json& j) { return j["live"]["t_ms"] == 200; });
  const Json& body = d["runs"][0]["bodies"][0];
  CHECK(body["name"] == "pendulum");
  CHECK(body["rows"].get<int>() >= 4);
  CHECK(body["pose"]["shape"][0] == body["rows"]);
  CHECK(body["scene"]["shapes"].size() > 0);
  CHECK(body["action_low"].size() == 1);
}
