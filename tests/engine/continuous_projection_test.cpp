// Projections that carry numbers at every step: what arrives when, and weights that follow those of another.
#include "engine/run.hpp"
#include "learning.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

constexpr size_t n_steps = 14, n_pre = 3, n_out = 2;

// Which sources fire in which step.
bool fires(size_t step, size_t unit) { return (step * 5 + unit * 3) % 4 == 0 && step < 11; }

// Spiking units feed a readout without memory, whose output comes back to their drive. `feedback` are keys.
std::string network(const TemporaryFolder& folder, const std::string& feedback, bool learns) {
  std::vector<std::pair<int, int>> spikes;
  for (size_t k = 0; k < n_steps; ++k)
    for (size_t i = 0; i < n_pre; ++i)
      if (fires(k, i)) spikes.emplace_back(static_cast<int>(k) + 1, static_cast<int>(i));
  return fmt::format("format = 1\n[run]\ndt_ms = 1.0\nduration_ms = {}.0\n", n_steps) +
         forced("pre", n_pre, folder.write("pre.csv", spikes_csv(spikes))) +
         fmt::format("[region.population.out]\nplugin = \"core.linear_readout\"\nn = {}\nparams.tau_out_ms = 0.0\n",
                     n_out) +
         "[[region.projection]]\nname = \"readout\"\nfrom = \"pre\"\nto = \"out\"\nrule = { file = \"" +
         folder.write("readout.csv", "source,target,weight\n0,0,1\n0,1,2\n1,0,3\n1,1,5\n2,0,-7\n2,1,11\n").string() +
         "\" }\ndelay_ms = 1.0\n" +
         (learns ? "[[region.projection.plasticity]]\nplugin = \"core.homeostatic\"\n" : "") +
         "[[region.projection]]\nname = \"back\"\nfrom = \"out\"\nto = \"pre\"\nport = \"drive_mv\"\n" + feedback +
         "[[record]]\nfrom = \"*.pre\"\nstate = \"v_mv\"\nevery_ms = 1.0\n";
}

constexpr double readout[n_pre][n_out] = {{1, 2}, {3, 5}, {-7, 11}};

// v_mv of [step][unit], if readout weights are `learned(step)` more in a step, and feedback weights `back(step, i, j)`.
std::vector<std::vector<double>> reckon(size_t delay, const std::function<double(size_t)>& learned,
                                        const std::function<double(size_t, size_t, size_t)>& back) {
  std::vector<std::vector<double>> y(n_steps, std::vector<double>(n_out)), v(n_steps, std::vector<double>(n_pre));
  for (size_t k = 0; k < n_steps; ++k)
    for (size_t i = 0; i < n_pre; ++i) {
      if (k > 0 && fires(k - 1, i))
        for (size_t j = 0; j < n_out; ++j) y[k][j] += readout[i][j] + learned(k);
    }
  for (size_t k = delay; k < n_steps; ++k)
    for (size_t i = 0; i < n_pre; ++i)
      if (!fires(k, i))
        for (size_t j = 0; j < n_out; ++j) v[k][i] += back(k, i, j) * y[k - delay][j];
  return v;
}

void check_same(const std::vector<std::vector<double>>& found, const std::vector<std::vector<double>>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t k = 0; k < found.size(); ++k)
    for (size_t i = 0; i < n_pre; ++i) {
      CAPTURE(k);
      CAPTURE(i);
      CHECK_CLOSE(found[k][i], expected[k][i], 1e-12, 1e-20);
    }
}

std::vector<std::vector<double>> run(const std::string& toml) {
  return Network(toml, 1, [](Scenario& s) { replace_rule<AddsOne>(s, "core.homeostatic"); }).run().at(0);
}

constexpr double fixed[n_out][n_pre] = {{0.5, -1, 2}, {4, 0.25, -3}};

std::string fixed_list(const TemporaryFolder& folder) {
  std::string list = "source,target,weight\n";
  for (size_t j = 0; j < n_out; ++j)
    for (size_t i = 0; i < n_pre; ++i) list += fmt::format("{},{},{}\n", j, i, fixed[j][i]);
  return "rule = { file = \"" + folder.write("back.csv", list).string() + "\" }\n";
}

}  // namespace

TEST_CASE("continuous projections: the weighted outputs of the step before arrive, or of the delay before") {
  for (const size_t delay : {0, 1, 3}) {
    CAPTURE(delay);
    const TemporaryFolder folder;
    const auto v = run(network(
        folder, fixed_list(folder) + (delay > 0 ? fmt::format("delay_ms = {}.0\n", delay) : std::string()), false));
    check_same(v, reckon(
                      std::max<size_t>(1, delay), [](size_t) { return 0.0; },
                      [](size_t, size_t i, size_t j) { return fixed[j][i]; }));
    double sum = 0;
    for (const auto& row : v) sum += std::abs(row[0]);
    CHECK(sum > 10);
  }
}

TEST_CASE("continuous projections: weights that copy those of another are always the same") {
  const TemporaryFolder folder;
  check_same(
      run(network(folder, "rule = { all_to_all = true }\nfollows = { projection = \"readout\", how = \"copy\" }\n",
                  true)),
      reckon(
          1, [](size_t k) { return static_cast<double>(k); },
          [](size_t k, size_t i, size_t j) { return readout[i][j] + static_cast<double>(k); }));
}

TEST_CASE("continuous projections: weights that follow changes decay on their way") {
  const TemporaryFolder folder;
  const double decay = 0.1;
  check_same(run(network(folder,
                         "rule = { all_to_all = true }\nweight = 2.5\nfollows = { projection = \"readout\", how = "
                         "\"change\", decay = 0.1 }\n",
                         true)),
             reckon(
                 1, [](size_t k) { return static_cast<double>(k); },
                 [&](size_t k, size_t, size_t) {
                   double w = 2.5;
                   for (size_t n = 0; n < k; ++n) w = (w + 1) * (1 - decay);
                   return w;
                 }));
}

TEST_CASE("continuous projections: a reset forgets what is under way") {
  const TemporaryFolder folder;
  auto toml = network(folder, fixed_list(folder) + "delay_ms = 3.0\n", false);
  const auto without = run(toml + "[[phase]]\nname = \"a\"\nepisodes = 2\nepisode_ms = 7.0\n"),
             with = run(toml + "[[phase]]\nname = \"a\"\nepisodes = 2\nepisode_ms = 7.0\nreset = true\n");
  const auto size = [](const std::vector<double>& row) {
    return std::abs(row[0]) + std::abs(row[1]) + std::abs(row[2]);
  };
  double before = 0, after = 0;
  for (size_t k = 7; k < 10; ++k) before += size(without[k]), after += size(with[k]);
  CHECK(before > 1);
  CHECK(after < 1e-20);
  CHECK(size(with[12]) > 1e-3);
}

TEST_CASE("continuous projections: delays that differ are refused") {
  const TemporaryFolder folder;
  try {
    const Network refused(
        network(folder, "rule = { all_to_all = true }\nweight = 1.0\ndelay_ms = { uniform = [1.0, 5.0] }\n", false));
    FAIL("not refused");
  } catch (const std::exception& e) {
    CHECK(std::string(e.what()).find(
              "the delays of projection 'back' differ, and its source does not spike: give all one "
              "delay_ms") != std::string::npos);
  }
}
