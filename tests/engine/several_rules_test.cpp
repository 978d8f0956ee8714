// Several rules of one projection act in the order they are declared in, and rules that only transmit change no weight.
#include "learning.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// One synapse of 1.5 with `rules`, whose source fires at these times; v_mv of the target is recorded.
std::string network(const TemporaryFolder& folder, const std::string& rules, const std::vector<int>& pre_ms = {},
                    const std::vector<int>& post_ms = {}) {
  std::vector<std::pair<int, int>> pre, post;
  for (const int t : pre_ms) pre.emplace_back(t, 0);
  for (const int t : post_ms) post.emplace_back(t, 0);
  return "format = 1\n[run]\ndt_ms = 1.0\nduration_ms = 40.0\n" +
         forced("pre", 1, folder.write("pre.csv", spikes_csv(pre))) +
         forced("post", 1, folder.write("post.csv", spikes_csv(post))) +
         "[[region.projection]]\nname = \"p\"\nfrom = \"pre\"\nto = \"post\"\nrule = { one_to_one = true }\nweight_mv "
         "= "
         "1.5\ndelay_ms = 2.0\n" +
         rules + "[[record]]\nfrom = \"*.post\"\nstate = \"v_mv\"\nevery_ms = 1.0\n";
}

std::string rule(const std::string& plugin, const std::string& params = "") {
  return "[[region.projection.plasticity]]\nplugin = \"" + plugin + "\"\n" +
         (params.empty() ? "" : "params = { " + params + " }\n");
}

constexpr double use = 0.4, tau_rec_ms = 12;

// Shares that reach the target, spike by spike: Tsodyks & Markram without facilitation.
std::vector<double> shares(const std::vector<int>& times_ms) {
  std::vector<double> out;
  double resources = 1;
  for (size_t k = 0; k < times_ms.size(); ++k) {
    if (k > 0) {
      const double left = resources * (1 - use);
      resources = 1 - (1 - left) * std::exp((times_ms[k - 1] - times_ms[k]) / tau_rec_ms);
    }
    out.push_back(use * resources);
  }
  return out;
}

}  // namespace

TEST_CASE("several rules: they act in the order they are declared in") {
  const TemporaryFolder folder;
  const auto weight = [&](const std::string& rules) {
    Network net(network(folder, rules), 1, [](Scenario& s) {
      s.duration_ms = 3;
      replace_rule<AddsOne>(s, "core.stdp");
      replace_rule<Doubles>(s, "core.homeostatic");
    });
    net.run();
    return synapses_of(net.simulation, "p").weight.at(0);
  };
  CHECK(weight(rule("core.stdp") + rule("core.homeostatic")) == ((1.5 + 1) * 2 + 1) * 4 + 2);
  CHECK(weight(rule("core.homeostatic") + rule("core.stdp")) == ((1.5 * 2 + 1) * 2 + 1) * 2 + 1);
  CHECK(weight(rule("core.stdp")) == 4.5);
}

TEST_CASE("several rules: short-term plasticity changes what arrives and no weight") {
  const TemporaryFolder folder;
  const std::vector<int> times{3, 5, 12, 13, 30};
  Network net(
      network(folder, rule("core.short_term", fmt::format("use = {}, tau_rec_ms = {:.1f}", use, tau_rec_ms)), times));
  const auto v = net.run().at(0);
  const auto expected = shares(times);
  for (size_t k = 0; k < times.size(); ++k)
    CHECK_CLOSE(v.at(static_cast<size_t>(times[k]) + 1)[0], 1.5 * expected[k], 1e-12, 0);
  CHECK(synapses_of(net.simulation, "p").weight.at(0) == 1.5);
}

TEST_CASE("several rules: what is transmitted is a share of the weight as it is when the spike arrives") {
  const TemporaryFolder folder;
  const std::vector<int> times{3, 12, 20};
  const auto short_term = rule("core.short_term", fmt::format("use = {}, tau_rec_ms = {:.1f}", use, tau_rec_ms));
  const auto stdp = rule("core.stdp", "a_plus = 0.5, a_minus = 0.25, tau_plus_ms = 10.0, tau_minus_ms = 10.0");
  // The second spike leaves before the target fires and arrives after it: it brings what the first one and it made.
  const double grown = 1.5 + 0.5 * std::exp(-0.8), shrunk = grown - 0.25 * std::exp(-0.1);
  const auto expected = shares(times);
  for (const auto& rules : {short_term + stdp, stdp + short_term}) {
    Network net(network(folder, rules, times, {13}));
    const auto v = net.run().at(0);
    CHECK_CLOSE(v.at(4)[0], 1.5 * expected[0], 1e-12, 0);
    CHECK_CLOSE(v.at(13)[0], grown * expected[1], 1e-12, 0);
    CHECK_CLOSE(v.at(21)[0], shrunk * expected[2], 1e-12, 0);
    CHECK_CLOSE(synapses_of(net.simulation, "p").weight.at(0), shrunk - 0.25 * std::exp(-0.9), 1e-12, 0);
  }
}
