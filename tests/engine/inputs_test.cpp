// What reaches units from outside: pulses, spike trains from files and encoders, on all units or chosen ones.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "data/temporary_folder.hpp"
#include "encephagen/sdk/random.hpp"
#include "engine/poisson_fill.hpp"
#include "network.hpp"
#include "probe.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// Four regions of ten probes each; records 0, 1, 2: drive, excitatory and inhibitory weights of every step.
std::string probes(const std::string& inputs, const char* precision = "double", double duration_ms = 20) {
  std::string out = fmt::format(
      "format = 1\n[run]\nseed = 5\nduration_ms = {}\nprecision = \"{}\"\n[connectome]\nplugin = \"core.spatial\"\n"
      "params.n_regions = 4\n[region.population.p]\nplugin = \"core.lif\"\nn = 10\n{}",
      duration_ms, precision, inputs);
  for (const char* state : {"v_mv", "i_exc_mv", "i_inh_mv"})
    out += fmt::format("[[record]]\nname = \"{0}\"\nfrom = \"*.p\"\nstate = \"{0}\"\nevery_ms = 0.1\n", state);
  return out;
}

using Samples = std::vector<std::vector<double>>;  // [step][unit]

// Where the samples differ from f(step, unit).
template <class F>
size_t differing(const Samples& samples, F&& f) {
  size_t wrong = 0;
  for (size_t k = 0; k < samples.size(); ++k)
    for (size_t u = 0; u < samples[k].size(); ++u) wrong += samples[k][u] != f(k, u);
  return wrong;
}

std::string refusal(const std::string& toml, Exit status) {
  try {
    Network net(toml, 1, with_probes);
  } catch (const Failure& e) {
    CHECK(e.status() == status);
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("inputs: pulses act on the chosen units, from onset to end, as often as asked for") {
  for (const char* precision : {"double", "single"}) {
    const auto out = Network(probes("[[stimulus]]\nto = \"p\"\nonset_ms = 5.0\nduration_ms = 1.0\nperiod_ms = 4.0\n"
                                    "n_pulses = 2\namplitude_mv = 2.0\nunits = [7, 0]\n"
                                    "[[stimulus]]\nto = \"p\"\nonset_ms = 3.0\nduration_ms = 0.2\nperiod_ms = 0.5\n"
                                    "amplitude_mv = 0.25\n"
                                    "[[stimulus]]\nto = \"p\"\nonset_ms = 12.0\nduration_ms = 100.0\namplitude_mv = "
                                    "-8.0\nunits = [9]\n",
                                    precision),
                             1, with_probes)
                         .run();
    CHECK(differing(out[0], [](size_t k, size_t u) {
            double sum = 0;
            const size_t i = u % 10;
            if ((i == 0 || i == 7) && ((k >= 50 && k < 60) || (k >= 90 && k < 100))) sum += 2;
            if (k >= 30 && (k - 30) % 5 < 2) sum += 0.25;
            if (i == 9 && k >= 120) sum -= 8;
            return sum;
          }) == 0);
    CHECK(differing(out[1], [](size_t, size_t) { return 0.0; }) == 0);
  }
}

TEST_CASE("inputs: a share of the units is drawn by region, and one pattern is the same wherever it is used") {
  const auto pulse = [](const char* pattern, double share, double amplitude) {
    return fmt::format(
        "[[stimulus]]\nto = \"p\"\nonset_ms = 0.0\nduration_ms = 50.0\namplitude_mv = {}\nunit_share = {}\npattern = "
        "\"{}\"\n",
        amplitude, share, pattern);
  };
  Network net(probes(pulse("a", 0.3, 1) + pulse("a", 0.3, 16) + pulse("b", 0.3, 256), "double", 1), 1, with_probes);
  const auto drive = net.run()[0][5];
  std::vector<std::vector<size_t>> chosen(4);
  size_t n_other = 0;
  for (size_t u = 0; u < 40; ++u) {
    const auto code = static_cast<int>(drive[u]);
    CHECK((code % 256 == 0 || code % 256 == 17));  // both uses of pattern a, or none
    if (code % 256 == 17) chosen[u / 10].push_back(u % 10);
    n_other += code >= 256;
  }
  for (const auto& units : chosen) CHECK(units.size() == 3);
  CHECK(n_other == 12);
  CHECK_FALSE((chosen[0] == chosen[1] && chosen[1] == chosen[2]));
}

TEST_CASE("inputs: an encoder gives its units, and no others, the counts that belong to them") {
  for (const char* precision : {"double", "single"}) {
    CAPTURE(precision);
    const std::string encoder = "[[encoder]]\nplugin = \"core.poisson\"\nto = \"p\"\nparams.rate_hz = 3000.0\n";
    Network net(probes(encoder + "params.weight_mv = 2.0\n" + encoder + "params.weight_mv = 64.0\nunits = [2, 3, 8]\n" +
                           encoder + "params.weight_mv = -1.0\nport = \"inh_mv\"\nunits = [4, 5, 6]\n",
                       precision),
                1, with_probes);
    const auto out = net.run();
    const auto count = [&](int encoder_number, size_t step, size_t k) {
      return reference_poisson(eg::mix_key(net.scenario.seeds.noise, fmt::format("p[{}].count", encoder_number)), step,
                               k, 0.3);
    };
    const size_t chosen[] = {2, 3, 8};
    CHECK(differing(out[1], [&](size_t k, size_t u) {
            const auto* at = std::ranges::find(chosen, u % 10);
            return 2 * count(0, k, u) +
                   (at == std::end(chosen) ? 0 : 64 * count(1, k, u / 10 * 3 + static_cast<size_t>(at - chosen)));
          }) == 0);
    CHECK(differing(out[2], [&](size_t k, size_t u) {
            return u % 10 >= 4 && u % 10 <= 6 ? -count(2, k, u / 10 * 3 + u % 10 - 4) : 0.0;
          }) == 0);
    double spikes = 0;
    for (const auto& row : out[1]) spikes = std::accumulate(row.begin(), row.end(), spikes);
    CHECK(spikes > 1000);
  }
}

TEST_CASE(
    "inputs: spikes from a file reach their unit at their time, each with the weight, together if they coincide") {
  const TemporaryFolder folder;
  const auto file =
      folder.write("train.csv", "time_ms,unit\n3.0,0\n0.1,2\n3.0,0\r\n\n7.06,5\n20.0,1\n19.98,1\n900,1\n");
  // Units of the two selected regions and the listed places: 0, 1, 2 of the first, then those of the second.
  Network net(probes(fmt::format("[[spike_train]]\nfile = \"{}\"\nto = \"p\"\nweight_mv = 1.5\nunits = [1, 4, 6]\n"
                                 "[[spike_train]]\nfile = \"{}\"\nto = \"p\"\nweight_mv = -3.0\n",
                                 file.string(), file.string())),
              1, with_probes);
  const auto out = net.run();
  const auto expected = [](double weight, std::vector<size_t> units) {
    return [=](size_t k, size_t u) {
      double n = 0;
      if (u == units[0] && k == 29) n = 2;
      if (u == units[1] && k == 199) n = 2;
      if (u == units[2] && k == 0) n = 1;
      if (u == units[3] && k == 70) n = 1;
      return n * weight;
    };
  };
  CHECK(differing(out[1], expected(1.5, {1, 4, 6, 16})) == 0);
  CHECK(differing(out[2], expected(-3, {0, 1, 2, 5})) == 0);
}

TEST_CASE("inputs: a spike file that cannot be meant is refused with file and line") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& lines) {
    const auto file = folder.write("train.csv", "time_ms,unit\n" + lines);
    auto said =
        refusal(probes(fmt::format("[[spike_train]]\nfile = \"{}\"\nto = \"p\"\nweight_mv = 1.0\n", file.string())),
                Exit::data_unusable);
    if (said.starts_with(file.string())) said = said.substr(file.string().size());
    return said;
  };
  CHECK(refused("1.0,3\nhello\n") == ":3: a spike is written time_ms,unit");
  CHECK(refused("1.0;3\n") == ":2: a spike is written time_ms,unit");
  CHECK(refused("1.0\n") == ":2: a spike is written time_ms,unit");
  CHECK(refused("1.0,40\n") == ":2: there is no unit 40: '*.p' selects 40 units, numbered from 0");
  CHECK(refused("0.02,3\n") == ":2: a spike at 0.02 ms would arrive before the first step ends");
  CHECK(refused("-1,3\n") == ":2: a spike at -1 ms would arrive before the first step ends");
  CHECK(refused("1.0,39\n") == "accepted");
  CHECK(refused("") == "accepted");
}

TEST_CASE("inputs: a selector that matches no region is refused") {
  CHECK(refusal(probes("[[stimulus]]\nto = \"atlantis.p\"\nonset_ms = 1.0\nduration_ms = 1.0\namplitude_mv = 1.0\n"),
                Exit::scenario_invalid)
            .ends_with(": no region matches 'atlantis'"));
  CHECK(refusal(probes("[[encoder]]\nplugin = \"core.poisson\"\nto = \"atlantis.p\"\n"), Exit::scenario_invalid)
            .ends_with(": no region matches 'atlantis'"));
}

TEST_CASE("inputs: masses receive what couplings and pulses bring to one port, added up, every step anew") {
  const auto masses = [](const std::string& inputs) {
    const auto out = Network(
                         "format = 1\n[run]\nduration_ms = 30.0\n[connectome]\nplugin = \"core.spatial\"\n"
                         "params.n_regions = 6\n[region.population.mass]\nplugin = \"core.wilson_cowan\"\n"
                         "params.noise_sd = 0.0\n[[record]]\nfrom = \"*.mass\"\nstate = \"e\"\nevery_ms = 0.1\n" +
                         inputs)
                         .run();
    return out[0];
  };
  const auto coupling = [](double g) {
    return fmt::format(
        "[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\nrule = {{ rate_per_weight = 1.0 }}\n"
        "global_coupling = {}\n",
        g);
  };
  const auto pulse = [](const char* port) {
    return fmt::format(
        "[[stimulus]]\nto = \"mass\"\nport = \"{}\"\nonset_ms = 5.0\nduration_ms = 5.0\n"
        "amplitude = 0.5\n",
        port);
  };
  const auto deviation = [](const Samples& a, const Samples& b) {
    double out = 0;
    for (size_t k = 0; k < a.size(); ++k)
      for (size_t u = 0; u < a[k].size(); ++u) out = std::max(out, std::abs(a[k][u] - b[k][u]));
    return out;
  };
  const auto expected = masses(coupling(0.05) + pulse("drive_e"));
  CHECK(deviation(masses(coupling(0.05) + pulse("coupling")), expected) < 1e-10);
  CHECK(deviation(masses(coupling(0.03) + coupling(0.02) + pulse("coupling")), expected) < 1e-10);
  CHECK(deviation(masses(coupling(0.05)), expected) > 1e-3);
  CHECK(deviation(masses(coupling(0.03) + pulse("drive_e")), expected) > 1e-3);
}
