// core.pairwise_correlation against dense counts, and on spikes whose correlations are known.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

void analyze(FakeRecording& made, const PairwiseCorrelation::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  PairwiseCorrelation(p).analyze(made.recording(), sink);
}

// Units that copy each spike of a common Poisson process of rate_hz with probability sqrt(r) and fire on their own for
// the rest of rate_hz: two units share r of their spikes, so r is the correlation of their counts in any bin.
FakeRecording common_input(int64_t n_units, double r, double rate_hz, double duration_ms) {
  FakeRecording made;
  made.labels = {"A"};
  made.spike_unit_region.assign(static_cast<size_t>(n_units), 0);
  made.to_ms = duration_ms;
  eg::Random random(3, "common");
  std::vector<std::pair<double, int64_t>> spikes;
  const auto poisson = [&](double hz, auto&& f) {
    for (double t = 0; hz > 0 && (t -= 1000 / hz * std::log(random.uniform())) < duration_ms;) f(t);
  };
  poisson(rate_hz, [&](double t) {
    for (int64_t u = 0; u < n_units; ++u)
      if (random.uniform() < std::sqrt(r)) spikes.emplace_back(t, u);
  });
  for (int64_t u = 0; u < n_units; ++u)
    poisson(rate_hz * (1 - std::sqrt(r)), [&](double t) { spikes.emplace_back(t, u); });
  std::ranges::sort(spikes);
  for (const auto& [t, u] : spikes) made.spike_time_ms.push_back(t), made.spike_unit.push_back(u);
  return made;
}

}  // namespace

TEST_CASE("pairwise_correlation: mean, SD and matrix equal those of counts kept in full") {
  auto made = common_input(12, 0.3, 40, 20000);
  made.labels = {"A", "B", "C"};
  made.groups = {"g", "g", ""};
  made.spike_unit_region = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2};
  PairwiseCorrelation::Params p;
  p.bin_ms = 5;
  CapturedSink kept;
  analyze(made, p, kept);
  std::vector<std::vector<double>> counts(12, std::vector<double>(4000, 0.0));
  for (size_t s = 0; s < made.spike_unit.size(); ++s)
    counts[static_cast<size_t>(made.spike_unit[s])][static_cast<size_t>(std::ceil(made.spike_time_ms[s] / 5)) - 1] += 1;
  const auto mean_between = [&](size_t first, size_t last) {
    std::vector<double> r;
    for (size_t i = first; i < last; ++i)
      for (size_t j = first; j < i; ++j) r.push_back(pearson(counts[i], counts[j]));
    return std::pair(mean(r), standard_deviation(r));
  };
  CHECK_CLOSE(kept.value("pairwise_correlation"), mean_between(0, 12).first, 1e-9, 0);
  CHECK_CLOSE(kept.value("pairwise_correlation_sd"), mean_between(0, 12).second, 1e-9, 0);
  CHECK_CLOSE(kept.value("pairwise_correlation", "region:A"), mean_between(0, 4).first, 1e-9, 0);
  CHECK_CLOSE(kept.value("pairwise_correlation", "g"), mean_between(0, 7).first, 1e-9, 0);
  CHECK_CLOSE(kept.arrays.at("pair_correlation").numbers[3 * 12 + 7], pearson(counts[3], counts[7]), 1e-9, 0);
  CHECK(kept.arrays.at("pair_correlation").numbers[5 * 12 + 5] == 1);
  CHECK(kept.arrays.at("pair_unit").integers[11] == 11);
}

TEST_CASE("pairwise_correlation: common spikes give their share, independent ones nothing, and shifting removes both") {
  PairwiseCorrelation::Params p;
  for (const double share : {0.0, 0.05, 0.2}) {
    auto made = common_input(60, share, 20, 60000);
    CapturedSink kept;
    analyze(made, p, kept);
    // 1,770 pairs and 30,000 bins: SD 0.00014 for independent units, about 1 / sqrt(1,200 common spikes) of r
    CHECK_CLOSE(kept.value("pairwise_correlation"), share, 0.06, 0.0006);
    CHECK_CLOSE(kept.value("pairwise_correlation_corrected"), share, 0.06, 0.0006);
    CHECK(kept.value("pairwise_units") == 60);
    CHECK(kept.warnings.empty());
  }
}

TEST_CASE("pairwise_correlation: jitter takes off a slow common rate and leaves coincidences") {
  // All units fire only in every second half second.
  auto slow = common_input(60, 0, 40, 60000), fast = common_input(60, 0.1, 40, 60000);
  const auto is_off = [](double t) { return std::fmod(t, 1000) > 500; };
  for (auto* made : {&slow, &fast}) {
    FakeRecording on;
    on.labels = made->labels, on.spike_unit_region = made->spike_unit_region, on.to_ms = made->to_ms;
    for (size_t s = 0; s < made->spike_unit.size(); ++s)
      if (!is_off(made->spike_time_ms[s]))
        on.spike_time_ms.push_back(made->spike_time_ms[s]), on.spike_unit.push_back(made->spike_unit[s]);
    *made = std::move(on);
  }
  PairwiseCorrelation::Params p;
  p.shuffle = Shuffle::jitter;
  p.jitter_ms = 100;
  CapturedSink of_slow, of_fast, shifted;
  analyze(slow, p, of_slow);
  analyze(fast, p, of_fast);
  // Counts with rate m = 0.08 in the on-phase: covariance m^2 / 4, variance m / 2 + m^2 / 4.
  CHECK_CLOSE(of_slow.value("pairwise_correlation"), 0.08 / 2.08, 0.05, 0);
  CHECK(std::abs(of_slow.value("pairwise_correlation_corrected")) < 0.001);
  CHECK_CLOSE(of_fast.value("pairwise_correlation_corrected"), 0.1, 0.06, 0);
  p.shuffle = Shuffle::shift;
  analyze(slow, p, shifted);
  CHECK(shifted.value("pairwise_correlation_corrected") > 0.03);
}

TEST_CASE("pairwise_correlation: the draw has the size asked for, leaves out silent units and follows the seed") {
  auto made = common_input(200, 0, 5, 5000);
  made.spike_unit_region.resize(300, 0);  // 100 silent ones
  PairwiseCorrelation::Params p;
  p.n_cells = 50;
  p.shuffle = Shuffle::none;
  CapturedSink first, again, other;
  analyze(made, p, first);
  analyze(made, p, again);
  p.seed = 2;
  analyze(made, p, other);
  const auto& units = first.arrays.at("pair_unit").integers;
  REQUIRE(units.size() == 50);
  CHECK(std::ranges::is_sorted(units));
  CHECK(std::ranges::adjacent_find(units) == units.end());
  CHECK(units.back() < 200);
  CHECK(units.front() < 20);
  CHECK(units == again.arrays.at("pair_unit").integers);
  CHECK(units != other.arrays.at("pair_unit").integers);
  CHECK_FALSE(first.has("pairwise_correlation_corrected"));
}

TEST_CASE("pairwise_correlation: small samples are warned about, no pair is undetermined") {
  auto made = common_input(3, 0, 20, 5000);
  made.labels = {"A", "B"};
  made.spike_unit_region = {0, 0, 1};
  CapturedSink kept, none;
  analyze(made, {}, kept);
  CHECK(std::isnan(kept.value("pairwise_correlation", "region:B")));
  CHECK(std::isnan(kept.value("pairwise_correlation_corrected", "region:B")));
  CHECK(kept.value("pairwise_units", "region:B") == 1);
  CHECK(std::isfinite(kept.value("pairwise_correlation", "region:A")));
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] == "only 3 units that fire were drawn: a mean correlation needs at least 50");
  PairwiseCorrelation::Params p;
  p.bin_ms = 4000;
  CHECK_THROWS_WITH(analyze(made, p, none),
                    "the recording has 1 bins of 4000.000000 ms, 2 to 4294967295 are possible: change bin_ms");
}
