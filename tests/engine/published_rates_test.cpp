// The study's spiking brain as it was published: 96 regions of 200 neurons fire at the rates that its own code gives,
// in every group of regions.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  size_t n = 0;
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size(), ++n)
    text.replace(at, from.size(), to);
  REQUIRE(n > 0);
}

// The benchmark's recipe, in the study's scheme, precision and groups.
std::string published(int seed) {
  auto toml = text_of(source_dir() / "tests/bench/networks/w1.toml");
  replace(toml, "seed = 1\n", fmt::format("seed = {}\ntransient_ms = 500.0\n", seed));
  replace(toml, "duration_ms = 1000.0", "duration_ms = 3000.0");
  replace(toml, "precision = \"single\"", "precision = \"double\"");
  replace(toml, "plugin = \"core.lif\"\n", "plugin = \"core.lif\"\nparams.scheme = \"as_published\"\n");
  replace(toml, "spikes = true", "rates = true\nevery_ms = 2500.0");
  return toml + text_of(source_dir() / "configs/groups/as_published.toml");
}

}  // namespace

TEST_CASE("published rates: groups of regions fire within 3 % of the study's brain") {
  const auto file = shared_dir() / "reference/lif_tvb96_group_rates.json";
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: the reference data are not here");
    MESSAGE("every case of this file was skipped");
    return;
  }
  const auto expected = nlohmann::json::parse(text_of(file));
  constexpr int n_seeds = 5;
  std::map<std::string, std::vector<double>> rates;  // by group, over regions and seeds
  std::vector<double> all;
  for (int seed = 1; seed <= n_seeds; ++seed) {
    Network net(published(seed));
    const auto out = net.run();
    REQUIRE(out[0].size() == 1);
    REQUIRE(out[0][0].size() == 96);
    for (size_t r = 0; r < 96; ++r) {
      const double hz = 0.8 * out[0][0][r] + 0.2 * out[1][0][r];  // 160 + 40 neurons
      rates[net.brain.group[r]].push_back(hz);
      all.push_back(hz);
    }
  }
  const auto mean = [](const std::vector<double>& x) {
    double sum = 0;
    for (const double v : x) sum += v;
    return sum / static_cast<double>(x.size());
  };
  CHECK_CLOSE(mean(all), expected["mean"].get<double>(), 0.03, 0);
  CHECK(rates.size() == expected["groups"].size());
  for (const auto& [group, hz] : expected["groups"].items()) {
    const std::string name = group;
    CAPTURE(name);
    REQUIRE(rates.contains(group));
    CHECK_CLOSE(mean(rates[group]), hz.get<double>(), 0.03, 0);
  }
}
