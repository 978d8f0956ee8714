// E-prop in the engine: from files of weights and spikes and a scenario to the losses that the published programs
// report.
#include "eprop_scenario.hpp"
#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::vector<double> losses(const std::string& toml, unsigned threads) {
  std::vector<double> out;
  const auto records = Network(toml, threads).run();
  for (const auto& row : records.at(0)) {
    out.push_back(0);
    for (const double part : row) out.back() += part;
  }
  return out;
}

}  // namespace

TEST_CASE("eprop: the engine reports the published losses of pattern generation, on any number of threads") {
  EpropRegression task;
  const TemporaryFolder folder;
  const auto toml =
      eprop_scenario(task, task.losses.size(),
                     {"tau_m_ms = 30.0, threshold_mv = 0.03, t_ref_ms = 0.0, input_scale = \"one_minus_leak\"",
                      "tau_out_ms = 30.0", "tau_out_ms = 30.0, ", "learning_rate = 1e-4"},
                     folder);
  const auto one = losses(toml, 1);
  REQUIRE(one.size() == task.losses.size());
  for (size_t k = 0; k < one.size(); ++k) CHECK_CLOSE(one[k], task.losses[k], 1e-8, 0);
  CHECK(losses(toml, 3) == one);
}

TEST_CASE("eprop: the engine reports the published losses of evidence accumulation") {
  EpropEvidence task;
  const TemporaryFolder folder;
  const auto is = losses(eprop_scenario(task, task.losses.size(), evidence_wording(), folder), 1);
  REQUIRE(is.size() == task.losses.size());
  for (size_t k = 0; k < is.size(); ++k) CHECK_CLOSE(is[k] / 150, task.losses[k], 1e-6, 0);
}
