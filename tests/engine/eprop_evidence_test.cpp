// The published network of evidence accumulation goes on learning: 150 updates of 32 episodes, each of them new to it.
#include "eprop_scenario.hpp"
#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

constexpr size_t n_updates = 150, n_batch = 32, n_window = 25 * n_batch;

// The share of right answers in each 25 updates. An episode is answered before anything is learnt from it.
std::vector<double> right_answers(double strength, double tau_a_ms = 2000) {
  EpropEvidence task;
  const TemporaryFolder folder;
  auto wording = evidence_wording(strength, tau_a_ms);
  const std::string published = "learning_rate = 5e-3";  // with it, learning comes undone
  wording.rule.replace(wording.rule.find(published), published.size(),
                       "learning_rate = 1e-2, halving_steps = 60.0, batch = 32");
  Network net(eprop_scenario(task, n_updates * n_batch, wording, folder));
  const auto rows = net.run().at(1);
  REQUIRE(rows.size() == n_updates * n_batch);
  std::vector<double> out(rows.size() / n_window);
  for (size_t k = 0; k < rows.size(); ++k) out[k / n_window] += rows[k][0] / n_window;
  return out;
}

}  // namespace

// In the mean of 25 updates; single validations scatter about it (experiments/eprop_evidence).
TEST_CASE("eprop: the published network learns to accumulate evidence within 150 updates, if neurons adapt") {
  const auto published = right_answers(1), stronger = right_answers(2, 4000), without = right_answers(0);
  MESSAGE(fmt::format("published {:.3f}, stronger and longer {:.3f}, without {:.3f}", fmt::join(published, " "),
                      fmt::join(stronger, " "), fmt::join(without, " ")));
  CHECK(std::ranges::max(published) >= 0.82);
  CHECK(std::ranges::max(stronger) >= 0.88);
  CHECK(std::ranges::max(without) < 0.65);
}
