// Numbers known from elsewhere, through the whole engine: NEST's direct current test, the potential of one synapse, its
// independence of the step, and shot noise by Campbell's theorem.
#include <fmt/format.h>

#include <algorithm>

#include "data/temporary_folder.hpp"
#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string neurons(size_t n, const std::string& params, double duration_ms, const char* dt_ms = "0.1",
                    const char* precision = "double") {
  return fmt::format(
      "format = 1\n[run]\nseed = 4\nduration_ms = {}\ndt_ms = {}\nprecision = \"{}\"\n[region.population.p]\nplugin = "
      "\"core.lif\"\nn = {}\nparams.initial_v_high_mv = 0.0\n{}",
      duration_ms, dt_ms, precision, n, params);
}

std::string record_v(const char* every_ms) {
  return fmt::format("[[record]]\nname = \"v\"\nfrom = \"*.p\"\nstate = \"v_mv\"\nevery_ms = {}\n", every_ms);
}

}  // namespace

TEST_CASE("anchors: 1000 pA into NEST's standard neuron fire it at 4.8 ms and then every 6.8 ms") {
  for (const char* precision : {"double", "single"}) {
    const auto spikes =
        Network(neurons(3, "params.tau_m_ms = 10.0\nparams.threshold_mv = 15.0\nparams.drive_mv = 40.0\n", 1000, "0.1",
                        precision) +
                "[[record]]\nfrom = \"*.p\"\nspikes = true\n")
            .run()[0];
    REQUIRE(spikes.size() == 3 * 147);
    for (size_t k = 0; k < spikes.size(); ++k)
      CHECK_CLOSE(spikes[k][0], 4.8 + 6.8 * static_cast<double>(k / 3), 0, 1e-9);
  }
}

TEST_CASE("anchors: a synapse of 87.808 pA evokes 0.15 mV, a millisecond after it fired") {
  const TemporaryFolder folder;
  const auto train = folder.write("train.csv", "time_ms,unit\n1.0,0\n").string();
  // 87.808 pA are 3.51232 mV for 250 pF and 10 ms; a first neuron is made to fire by the train.
  const auto v = Network(neurons(1, "params.tau_m_ms = 10.0\nparams.tau_exc_ms = 0.5\n", 12, "0.01") +
                         "[region.population.source]\nplugin = \"core.lif_delta\"\nparams.initial_v_high_mv = 0.0\n"
                         "[[region.projection]]\nfrom = \"source\"\nto = \"p\"\nrule = { all_to_all = true }\n"
                         "weight_mv = 3.51232\ndelay_ms = 1.0\n[[spike_train]]\nfile = \"" +
                         train + "\"\nto = \"source\"\nweight_mv = 30.0\n" + record_v("0.01"))
                     .run()[0];
  double highest = 0;
  size_t at = 0, first = 0;
  for (size_t k = 0; k < v.size(); ++k) {
    if (v[k][0] > highest) highest = v[k][0], at = k;
    if (first == 0 && v[k][0] != 0) first = k;
  }
  CHECK_CLOSE(highest, 0.15, 1e-5, 0);
  CHECK(first == 200);  // the current jumps at 2.00 ms, the potential moves in the step after
  CHECK_CLOSE(static_cast<double>(at + 1) * 0.01, 2.0 + std::log(20) * 5 / 9.5, 0, 0.011);
}

TEST_CASE("anchors: below threshold the potential does not depend on the step") {
  const TemporaryFolder folder;
  const auto train = folder.write("train.csv", "time_ms,unit\n1.0,0\n4.0,0\n4.0,0\n7.0,0\n").string();
  std::vector<std::vector<std::vector<double>>> v;
  for (const char* dt : {"0.1", "0.25", "1.0"})
    v.push_back(Network(neurons(1, "params.drive_mv = 4.0\n", 20, dt) + "[[spike_train]]\nfile = \"" + train +
                        "\"\nto = \"p\"\nweight_mv = 5.5\n" + record_v("1.0"))
                    .run()[0]);
  REQUIRE(v[0].size() == 20);
  for (size_t k = 0; k < 20; ++k) {
    CHECK_CLOSE(v[0][k][0], v[2][k][0], 0, 1e-12);
    CHECK_CLOSE(v[1][k][0], v[2][k][0], 0, 1e-12);
  }
  CHECK(v[0][9][0] > 3);
}

TEST_CASE("anchors: Poisson input gives the mean and variance of Campbell's theorem") {
  const double w = 0.8, per_ms = 5, s = 5, m = 20;
  for (const char* precision : {"double", "single"}) {
    const auto v = Network(neurons(20'000, "params.threshold_mv = 1000.0\n", 200, "0.1", precision) +
                           "[[encoder]]\nplugin = \"core.poisson\"\nto = \"p\"\nparams.rate_hz = 5000.0\n"
                           "params.weight_mv = 0.8\n" +
                           record_v("200.0"))
                       .run()[0]
                       .at(0);
    double mean = 0, variance = 0;
    const auto n = static_cast<double>(v.size());
    for (const double x : v) mean += x / n;
    for (const double x : v) variance += (x - mean) * (x - mean) / n;
    const double expected = w * w * per_ms * s * s / (2 * (m + s));
    CHECK_CLOSE(mean, w * per_ms * s, 0, 4 * std::sqrt(expected / n) + 1e-3);  // e^-10 is still missing
    CHECK_CLOSE(variance, expected, 4 * std::sqrt(2 / n), 0);
  }
}
