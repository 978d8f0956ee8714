// core.mean_field on two regions whose theory a bisection solves by itself.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::MeanField;

namespace {

constexpr double currents_hz[] = {12000, 13000};

// Region B is driven harder than A and inhibits itself; each has one population of 2 units, of which theory knows all.
FakeRecording two_regions() {
  FakeRecording made;
  made.labels = {"A", "B", "empty"};
  made.groups = {"g", "g", "h"};
  made.weights = {0, 1, 0, 2, 0, 0, 0, 0, 0};
  made.spike_unit_region = {0, 0, 1, 1};
  made.from_ms = 0, made.to_ms = 1000;
  made.more_texts["network.group_population"] = {"exc", "exc", "exc"};
  made.more_texts["network.recorded_population"] = {"exc"};
  made.more_integers["network.group_region"] = {0, 1, 2};
  made.more_integers["network.group_units"] = {2, 2, 2};
  for (const auto& [name, value] : {std::pair{"tau_m_ms", 20.0},
                                    {"threshold_mv", 20.0},
                                    {"reset_mv", 10.0},
                                    {"t_ref_ms", 2.0},
                                    {"tau_syn_ms", 0.0}})
    made.more_numbers[std::string("network.") + name] = {value, value, value};
  for (const double hz : {currents_hz[0], currents_hz[1], 0.0}) {
    made.more_numbers["network.external_mean_mv"].push_back(hz * 1e-3 * 20 * 0.1);
    made.more_numbers["network.external_variance_mv2"].push_back(hz * 1e-3 * 20 * 0.01);
  }
  made.more_integers["network.link_target"] = {1};
  made.more_integers["network.link_source"] = {1};
  made.more_numbers["network.link_in_degree"] = {50};
  made.more_numbers["network.link_weight_mv"] = {-0.3};
  made.more_numbers["network.link_square_mv2"] = {0.1};
  return made;
}

void fire(FakeRecording& made, int64_t unit, int n) {
  for (int k = 0; k < n; ++k) made.spike_time_ms.push_back(1 + k), made.spike_unit.push_back(unit);
}

void analyze(FakeRecording& made, CapturedSink& kept) {
  auto sink = kept.sink();
  MeanField(MeanField::Params{}).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("mean_field: predicted rates solve each region's equation, differences and correlations are of regions") {
  auto made = two_regions();
  fire(made, 0, 30), fire(made, 1, 20), fire(made, 2, 18);
  CapturedSink kept;
  analyze(made, kept);
  const eg::LifTheory n;
  const auto input = [](double hz) { return eg::NoisyInput{hz * 2e-3, hz * 2e-4}; };
  const double a = eg::siegert_rate_hz(n, input(currents_hz[0]));
  double low = 0, high = 500;  // of B, which lowers its own input
  for (int k = 0; k < 100; ++k) {
    const double b = 0.5 * (low + high);
    const auto own = eg::NoisyInput{-50 * 0.3 * 0.02 * b, 50 * 0.1 * 0.02 * b};
    (eg::siegert_rate_hz(n, input(currents_hz[1]) + own) > b ? low : high) = b;
  }
  CHECK_CLOSE(kept.value("mean_field_rate_hz", "region:A"), a, 1e-9, 0);
  CHECK_CLOSE(kept.value("mean_field_rate_hz", "region:B"), low, 1e-9, 0);
  CHECK(std::isnan(kept.value("mean_field_rate_hz", "region:empty")));
  CHECK_CLOSE(kept.value("mean_field_rate_hz", "g"), 0.5 * (a + low), 1e-9, 0);
  CHECK(kept.value("simulated_rate_hz", "region:A") == 25);
  CHECK(kept.value("simulated_rate_hz", "region:B") == 9);
  CHECK_CLOSE(kept.value("mean_field_difference_hz"), 0.5 * (std::abs(a - 25) + std::abs(low - 9)), 1e-9, 0);
  CHECK_CLOSE(kept.value("mean_field_isi_cv", "region:A"), eg::siegert_isi_cv(n, input(currents_hz[0])), 1e-9, 0);
  CHECK_CLOSE(kept.value("mean_field_pearson"), a > low ? 1 : -1, 1e-12, 0);
  CHECK_CLOSE(kept.value("rate_in_strength_spearman"), -1, 1e-12, 0);  // B receives more and fires less
  CHECK(kept.value("mean_field_solutions") == 1);
  CHECK(kept.warnings.empty());
}

TEST_CASE("mean_field: of two stable solutions the one that was simulated is reported, with a warning") {
  auto made = two_regions();
  // Brunel's network dominated by excitation, driven below threshold: silent or at 127 Hz (sdk test).
  for (auto* list : {&made.more_integers["network.link_target"], &made.more_integers["network.link_source"]})
    *list = {0, 1, 2};
  made.more_numbers["network.link_in_degree"] = {1000, 1000, 1000};
  made.more_numbers["network.link_weight_mv"] = {0.0125, 0.0125, 0.0125};  // 0.1 (1 - 3.5 / 4)
  made.more_numbers["network.link_square_mv2"] = {0.040625, 0.040625, 0.040625};
  made.more_numbers["network.external_mean_mv"] = {16, 16, 16};
  made.more_numbers["network.external_variance_mv2"] = {1.6, 1.6, 1.6};
  CapturedSink silent, active;
  analyze(made, silent);
  CHECK(silent.value("mean_field_rate_hz", "region:A") < 0.01);
  CHECK(silent.value("mean_field_solutions") >= 2);
  REQUIRE(silent.warnings.size() == 1);
  CHECK(silent.warnings[0].find("stable solutions; the one closest to the simulation is reported") !=
        std::string::npos);
  for (int64_t u = 0; u < 4; ++u) fire(made, u, 120);
  analyze(made, active);
  CHECK_CLOSE(active.value("mean_field_rate_hz", "region:A"), 126.5845, 0, 1e-4);
}

TEST_CASE("mean_field: other neurons, and recordings without spikes, are refused") {
  CapturedSink kept;
  auto made = two_regions();
  made.more_numbers["network.tau_m_ms"][2] = std::nan("");
  CHECK_THROWS_WITH(analyze(made, kept),
                    "mean-field theory here is of leaky integrate-and-fire neurons, and those of population 'exc' are "
                    "others");
  auto none = two_regions();
  none.more_texts.clear();
  CapturedSink unused;
  CHECK_THROWS_WITH(analyze(none, unused), "the recording comes without a summary of the network that was simulated");
  auto masses = FakeRecording::of_regions({{1, 2}}, 1);
  CHECK_THROWS(analyze(masses, unused));
}
