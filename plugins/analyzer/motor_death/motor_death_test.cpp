// core.motor_death on bodies of which is known what moves them.
#include <doctest/doctest.h>

#include <functional>

#include "../common/fake_body.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

struct Result : CapturedSink {
  explicit Result(FakeBody& body, const MotorDeath::Params& p = {}) {
    auto to = sink();
    MotorDeath(p).analyze(body.recording(), to);
  }
};

// Trials of noise with a memory of `keeps`; `act` is told what was seen in all rows so far.
FakeBody noisy(size_t n_trials, size_t n_rows, double keeps, eg::Random& random,
               const std::function<double(const std::vector<double>&)>& act) {
  FakeBody body;
  for (size_t n = 0; n < n_trials; ++n) {
    auto& trial = body.trials.emplace_back();
    std::vector<double> seen;
    for (size_t k = 0; k < n_rows; ++k) {
      const double a = k > 0 ? act(seen) : 0;
      seen.push_back((seen.empty() ? 0 : keeps * seen.back()) + random.normal());
      trial.rows.push_back({{seen.back()}, {a}, {}, {}});
    }
  }
  return body;
}

}  // namespace

TEST_CASE("motor_death: what is a function of an observation is explained by it, at its age") {
  eg::Random random(1, "motor");
  // 0.5 times what was seen 100 ms before it was decided, and as much noise: R2 = 1/2.
  auto body = noisy(20, 200, 0, random, [&](const std::vector<double>& seen) {
    return (seen.size() > 5 ? 0.5 * seen[seen.size() - 6] : 0) + 0.5 * random.normal();
  });
  const Result seen(body);
  CHECK_CLOSE(seen.value("sensorimotor_r2", "action:a"), 0.5, 0, 0.03);
  CHECK_CLOSE(seen.value("sensorimotor_r2_by_chance", "action:a"), 0, 0, 0.005);
  CHECK(seen.arrays.at("sensorimotor_lag_ms").numbers == std::vector<double>{0, 60, 100, 200});
  const auto& by_lag = seen.arrays.at("sensorimotor_r2_by_lag").numbers;
  for (const size_t other : {0u, 1u, 3u}) CHECK(std::abs(by_lag[other]) < 0.01);
  CHECK_CLOSE(by_lag[2], 0.5, 0, 0.03);
  CHECK_CLOSE(seen.value("action_sd", "action:a"), std::sqrt(0.5), 0.03, 0);
}

TEST_CASE("motor_death: slow signals that have nothing to do with each other explain nothing beyond chance") {
  eg::Random random(2, "motor");
  double sum = 0, by_chance = 0;
  for (int k = 0; k < 20; ++k) {
    double slow = 0;
    auto body =
        noisy(1, 300, 0.98, random, [&](const std::vector<double>&) { return slow = 0.98 * slow + random.normal(); });
    const Result seen(body);
    sum += seen.value("sensorimotor_r2") / 20, by_chance += seen.value("sensorimotor_r2_by_chance") / 20;
  }
  CHECK(by_chance > 0.05);
  CHECK(std::abs(sum) < 0.06);
}

TEST_CASE("motor_death: constant and repeated observations do no harm") {
  eg::Random random(3, "motor");
  auto body = noisy(5, 100, 0, random, [](const std::vector<double>& seen) { return -2 * seen.back(); });
  body.observations = {"x", "constant", "twice"};
  for (auto& trial : body.trials)
    for (auto& row : trial.rows) row.observation = {row.observation[0], 0.1, 2 * row.observation[0] + 7};
  CHECK_CLOSE(Result(body).value("sensorimotor_r2", "action:a"), 1, 0, 0.01);
}

TEST_CASE("motor_death: d' is the distance of means in standard deviations, for pushes to either side") {
  eg::Random random(5, "motor");
  for (const double strength : {0.0, 0.9}) {
    FakeBody body;
    body.disturbances = {"push_n", "tilt_rad"};
    // White noise of 1: the mean of ten actions has a variance of 1/10, a change one of 1/5. Pushes move ten actions to
    // one side or the other.
    for (int n = 0; n < 600; ++n) {
      auto& trial = body.trials.emplace_back();
      const double sign = n % 2 ? 1 : -1;
      for (int k = 0; k < 120; ++k)
        trial.rows.push_back({{0},
                              {random.normal() + (k > 100 && k <= 110 ? strength * sign : 0)},
                              {k >= 100 && k < 103 ? 3 * sign : 0, 0},
                              {}});
    }
    const Result seen(body);
    CHECK(seen.value("push_count") == 600);
    CHECK_CLOSE(seen.value("push_d_prime", "action:a"), strength / std::sqrt(0.2), 0, strength > 0 ? 0.15 : 0.1);
  }
}

TEST_CASE("motor_death: saturation counts actions near the ends of their range") {
  FakeBody body;
  body.low = {0}, body.high = {10};
  body.trials.push_back(
      {{{{0}, {0}, {}, {}}, {{0}, {0.1}, {}, {}}, {{0}, {9.8}, {}, {}}, {{0}, {9.7}, {}, {}}, {{0}, {5}, {}, {}}}});
  CHECK(Result(body).value("action_saturated", "action:a") == 0.5);
}

TEST_CASE("motor_death: dead are actions that vary little and answer to nothing, and those that never change") {
  eg::Random random(6, "motor");
  const auto of = [&](double noise, double gain, double reference) {
    auto body = noisy(10, 200, 0, random,
                      [&](const std::vector<double>& seen) { return gain * seen.back() + noise * random.normal(); });
    MotorDeath::Params p;
    const double references[] = {reference};
    if (reference > 0) p.reference_sd = references;
    const Result seen(body, p);
    CHECK((std::isnan(seen.value("motor_death")) ? std::isnan(seen.value("motor_death", "action:a"))
                                                 : seen.value("motor_death") == seen.value("motor_death", "action:a")));
    return seen.value("motor_death");
  };
  CHECK(of(0.05, 0, 1) == 1);         // little, at random
  CHECK(of(0.5, 0, 1) == 0);          // much
  CHECK(of(0.05, 0.02, 1) == 0);      // little, but in answer
  CHECK(of(0, 0, 1) == 1);            // nothing
  CHECK(of(0, 0, 0) == 1);            // nothing, and no reference
  CHECK(std::isnan(of(0.05, 0, 0)));  // who knows
}

TEST_CASE("motor_death: the first trials may be the reference, and the last ones what is judged") {
  eg::Random random(7, "motor");
  int row = 0;
  auto body = noisy(9, 100, 0, random, [&](const std::vector<double>&) {
    const int trial = row++ / 99;
    return (trial < 3 ? 1 : trial < 6 ? 0.5 : 0.01) * random.normal();
  });
  MotorDeath::Params p;
  p.reference_trials = 3;
  CHECK(Result(body, p).value("motor_death") == 0);
  p.last_trials = 3;
  const Result seen(body, p);
  CHECK_CLOSE(seen.value("action_sd_share", "action:a"), 0.01, 0.15, 0);
  CHECK(seen.value("motor_death") == 1);
}

TEST_CASE("motor_death: too few rows leave it open, and references for other actions are refused") {
  FakeBody body;
  body.trials.push_back({{{{0}, {0}, {}, {}}, {{1}, {0.5}, {}, {}}, {{0}, {0.25}, {}, {}}}, 1, ""});
  const Result seen(body);
  CHECK(std::isnan(seen.value("sensorimotor_r2")));
  CHECK(std::isnan(seen.value("push_d_prime")));
  CHECK(std::isnan(seen.value("motor_death")));
  MotorDeath::Params p;
  const double references[] = {1, 2};
  p.reference_sd = references;
  CHECK_THROWS_WITH(Result(body, p),
                    "reference_sd has 2 numbers, but the body takes 1 actions: give one for all, or one for each");
}
