// What the summary says of a network: neurons by the names of their parameters, weights as jumps of the potential,
// Poisson input.
#include "engine/network_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <encephagen/sdk/encoder.hpp>
#include <encephagen/sdk/network_summary.hpp>
#include <encephagen/sdk/neuron.hpp>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// One region: Brunel's network with currents.
std::string one_region(const std::string& params = "", const std::string& encoder = "params.rate_hz = 1200.0\n") {
  return "format = 1\n[run]\nduration_ms = 1.0\n"
         "[region.population.exc]\nplugin = \"core.lif\"\nn = 100\n" +
         params +
         "[region.population.inh]\nplugin = \"core.lif\"\nn = 25\nparams.tau_m_ms = 10.0\n"
         "[[region.projection]]\nfrom = \"exc\"\nto = [\"exc\", \"inh\"]\nrule = { fixed_indegree = 16 }\nweight_mv = "
         "2.0\n"
         "[[region.projection]]\nfrom = \"inh\"\nto = [\"exc\", \"inh\"]\nrule = { fixed_indegree = 4 }\nweight_mv = "
         "-10.0\n"
         "[[encoder]]\nplugin = \"core.poisson\"\nto = \"*.exc\"\n" +
         encoder;
}

// A neuron whose weights are potentials, by its parameters.
struct Shaped {
  static constexpr eg::Info info{"test.shaped", "1.0.0", "declares parameters only"};
  enum class Weights { psc, psp_peak, psp_area };
  struct Params {
    double tau_m_ms = 20, threshold_mv = 20, reset_mv = 10, t_ref_ms = 2, tau_exc_ms = 5, tau_inh_ms = 2;
    Weights weight_kind = Weights::psc;
    static constexpr auto fields = eg::list(
        eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.01, 1e4), "membrane time constant", eg::per_unit),
        eg::param("threshold_mv", &Params::threshold_mv, eg::range(-1e3, 1e3), "threshold"),
        eg::param("reset_mv", &Params::reset_mv, eg::range(-1e3, 1e3), "reset"),
        eg::param("t_ref_ms", &Params::t_ref_ms, eg::range(0, 1e3), "refractory period"),
        eg::param("tau_exc_ms", &Params::tau_exc_ms, eg::range(0.01, 1e4), "decay"),
        eg::param("tau_inh_ms", &Params::tau_inh_ms, eg::range(0.01, 1e4), "decay"),
        eg::param("weight_kind", &Params::weight_kind, eg::choices("psc", "psp_peak", "psp_area"), "unit of weights"));
  };
  static constexpr auto state = eg::list(eg::Column{"v_mv", "potential"});
  static constexpr auto inputs = eg::list(eg::Port{"exc_mv", "in", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
                                          eg::Port{"inh_mv", "in", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY});
  explicit Shaped(const Params&) {}
  void init(eg::NeuronBlock&) const {}
  void step(eg::NeuronBlock&) const {}
};

// What the kernel knows of an encoder, by its name and parameters.
struct Noise {
  static constexpr eg::Info info{"core.noise_current", "1.0.0", "declares parameters only"};
  struct Params {
    double mean_mv = 3, sigma_mv = 2;
    static constexpr auto fields = eg::list(eg::param("mean_mv", &Params::mean_mv, eg::range(-1e3, 1e3), "mean"),
                                            eg::param("sigma_mv", &Params::sigma_mv, eg::range(0, 1e3), "noise"));
  };
  static constexpr auto state = eg::list(eg::Column{"i_mv", "current"});
  static constexpr auto outputs = eg::list(eg::Output{"i_mv", 0, "current"});
  explicit Noise(const Params&) {}
  void init(eg::EncoderBlock&) const {}
  void step(eg::EncoderBlock&) const {}
};
struct Constant : Noise {
  static constexpr eg::Info info{"core.dc_current", "1.0.0", "declares parameters only"};
  struct Params {
    double amplitude_mv = 5, onset_ms = 0, duration_ms = 1e9;
    static constexpr auto fields =
        eg::list(eg::param("amplitude_mv", &Params::amplitude_mv, eg::range(-1e3, 1e3), "current"),
                 eg::param("onset_ms", &Params::onset_ms, eg::range(0, 1e12), "begin"),
                 eg::param("duration_ms", &Params::duration_ms, eg::range(0, 1e12), "length"));
  };
  explicit Constant(const Params&) : Noise({}) {}
};
// It adapts: a parameter more.
struct Adapting : Shaped {
  static constexpr eg::Info info{"test.adapting", "1.0.0", "declares parameters only"};
  struct Params : Shaped::Params {
    double beta_mv = 0;
    static constexpr auto fields = eg::concat(
        Shaped::Params::fields, eg::list(eg::param("beta_mv", &Params::beta_mv, eg::range(0, 1e3), "adaptation")));
  };
  explicit Adapting(const Params& p) : Shaped(p) {}
};

Node shaped_params(const char* kind) {
  Node params;
  for (const auto& [key, value] : {std::pair{"tau_m_ms", 20.0},
                                   {"threshold_mv", 20.0},
                                   {"reset_mv", 10.0},
                                   {"t_ref_ms", 2.0},
                                   {"tau_exc_ms", 5.0},
                                   {"tau_inh_ms", 2.0}})
    params.set(key, Node::of_number(value));
  params.set("weight_kind", Node::of_text(kind));
  return params;
}

}  // namespace

TEST_CASE("network summary: currents become jumps of the potential, and the equations are those of mean-field theory") {
  const Network n(one_region());
  const auto summary = summarize_network(n.scenario, n.brain);
  REQUIRE(summary.wiring.groups.size() == 2);
  REQUIRE(summary.lif[0]);
  CHECK(summary.lif[0]->neuron.tau_m_ms == 20);
  CHECK(summary.lif[1]->neuron.tau_m_ms == 10);
  CHECK(summary.lif[0]->neuron.tau_syn_ms == 5);
  CHECK(summary.external_rate_hz[0] == 1200);
  CHECK(summary.external_rate_hz[1] == 0);
  // The default encoder adds 2 mV of current: 0.5 mV with 5 ms and 20 ms.
  CHECK_CLOSE(summary.external[0].mean_mv, 1.2 * 0.5 * 20, 1e-12, 0);
  CHECK_CLOSE(summary.external[0].variance_mv2, 1.2 * 0.25 * 20, 1e-12, 0);
  const auto net = summary.mean_field();
  CHECK_CLOSE(net.kj_mv[0], 16 * 0.5, 1e-12, 0);
  CHECK_CLOSE(net.kj_mv[1], -4 * 2.5, 1e-12, 0);
  CHECK_CLOSE(net.kj_mv[2], 16 * 1.0, 1e-12, 0);  // into inh, whose membrane is twice as fast
  CHECK_CLOSE(net.kj_mv2[3], 4 * 25.0, 1e-12, 0);
}

TEST_CASE("network summary: a rate given as a ratio to threshold, a constant drive and partial input count") {
  Network n(one_region("params.drive_mv = 3.0\n", "params.threshold_ratio = 3.5\n"));
  const auto summary = summarize_network(n.scenario, n.brain);
  CHECK_CLOSE(summary.external_rate_hz[0], 1750, 1e-12, 0);  // 1.75 per ms
  CHECK_CLOSE(summary.external[0].mean_mv, 3 + 17.5, 1e-12, 0);
  auto s = n.scenario;
  s.encoders[0].subset.units = {0, 1, 2, 3, 4};
  CHECK_CLOSE(summarize_network(s, n.brain).external_rate_hz[0], 1750 * 0.05, 1e-12, 0);
  s.encoders[0].subset = {{}, 0.5, "half"};
  CHECK_CLOSE(summarize_network(s, n.brain).external_rate_hz[0], 1750 * 0.5, 1e-12, 0);
}

TEST_CASE("network summary: values that differ between units count with the mean of their region") {
  const Network n(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = 4000\n"
      "params.tau_m_ms = { uniform = [10.0, 20.0] }\n");
  const auto summary = summarize_network(n.scenario, n.brain);
  for (const auto& lif : summary.lif) CHECK_CLOSE(lif->neuron.tau_m_ms, 15, 0.02, 0);
  CHECK(summary.lif[0]->neuron.tau_m_ms != summary.lif[1]->neuron.tau_m_ms);
}

TEST_CASE("network summary: weights given as peaks and as areas") {
  const eg_plugin plugin = eg::neuron<Shaped>;
  const FoundPlugin found{&plugin, nullptr, {}};
  const auto per_weight = [&](const char* kind) {
    Scenario s;
    s.templates.emplace_back();
    s.populations.push_back(
        {.name = "p", .short_name = "p", .of_template = 0, .plugin = {&found, shaped_params(kind), {}}, .n = 2});
    Brain brain;
    brain.connectome.labels = {"region"}, brain.connectome.weights = {0.0}, brain.group = {""};
    const auto lif = summarize_network(s, brain).lif.at(0).value();
    return std::pair{lif.exc_per_weight, lif.inh_per_weight};
  };
  CHECK(per_weight("psc") == std::pair{0.25, 0.1});
  CHECK(per_weight("psp_area") == std::pair{1.0, 1.0});
  const auto [exc, inh] = per_weight("psp_peak");
  CHECK_CLOSE(exc, 0.25 / 0.1575, 3e-4, 0);  // a current of 1 mV peaks at 0.1575 mV
  CHECK_CLOSE(inh, 0.1 / eg::psp_peak_per_amplitude(20, 2), 1e-14, 0);
}

TEST_CASE("network summary: neurons with further dynamics are no integrate-and-fire neurons") {
  const eg_plugin plugin = eg::neuron<Adapting>;
  const FoundPlugin found{&plugin, nullptr, {}};
  Scenario s;
  s.templates.emplace_back();
  s.populations.push_back({"p", "p", 0, {&found, shaped_params("psc"), {}}, 2});
  Brain brain;
  brain.connectome.labels = {"region"}, brain.connectome.weights = {0.0}, brain.group = {""};
  CHECK_FALSE(summarize_network(s, brain).lif.at(0));
}

TEST_CASE("network summary: white noise and constant currents are input, those for a while are not") {
  const eg_plugin noise = eg::encoder<Noise>, constant = eg::encoder<Constant>;
  const FoundPlugin found_noise{&noise, nullptr, {}}, found_constant{&constant, nullptr, {}};
  const Network n(one_region());
  auto s = n.scenario;
  s.encoders.clear();
  Node params;
  params.set("mean_mv", Node::of_number(3)), params.set("sigma_mv", Node::of_number(2));
  s.encoders.push_back({"", "", {&found_noise, params, {}}, {"*", "exc", {}}, "", {}});
  Node dc;
  dc.set("amplitude_mv", Node::of_number(5)), dc.set("onset_ms", Node::of_number(0));
  dc.set("duration_ms", Node::of_number(1e9));
  s.encoders.push_back({"", "", {&found_constant, dc, {}}, {"*", "*", {}}, "", {}});
  auto summary = summarize_network(s, n.brain);
  CHECK(summary.external[0].mean_mv == 8);
  CHECK(summary.external[0].variance_mv2 == 4);
  CHECK(summary.external[1].mean_mv == 5);
  CHECK(summary.external_rate_hz[0] == 0);
  *s.encoders[1].plugin.params.find("duration_ms") = Node::of_number(0.5);
  CHECK(summarize_network(s, n.brain).external[1].mean_mv == 0);
}

TEST_CASE("network summary: what analyzers read is what was summarized") {
  const Network n(one_region());
  std::vector<ArrayData> arrays;
  append_summary(arrays, n.scenario, n.brain, 1);
  const auto array = [&](const char* name) {
    return std::ranges::find_if(arrays, [&](const ArrayData& a) { return a.name == std::string("network.") + name; });
  };
  CHECK(array("group_population")->texts == std::vector<std::string>{"exc", "inh"});
  CHECK(array("recorded_population")->texts == std::vector<std::string>{"inh"});
  CHECK(array("group_units")->integers == std::vector<int64_t>{100, 25});
  CHECK(array("tau_m_ms")->numbers == std::vector<double>{20, 10});
  CHECK(array("link_target")->integers == std::vector<int64_t>{0, 1, 0, 1});
  CHECK(array("link_source")->integers == std::vector<int64_t>{0, 0, 1, 1});
  CHECK(array("link_in_degree")->numbers == std::vector<double>{16, 16, 4, 4});
  CHECK(array("link_weight_mv")->numbers == std::vector<double>{0.5, 1, -2.5, -5});
}

TEST_CASE("network summary: masses have no integrate-and-fire neurons and no synapses") {
  const Network n(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
      "[region.population.mass]\nplugin = \"core.wilson_cowan\"\n"
      "[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\nrule = { rate_per_weight = 1.0 }\n");
  const auto summary = summarize_network(n.scenario, n.brain);
  CHECK(summary.wiring.groups.size() == 20);
  CHECK(summary.wiring.links.empty());
  for (const auto& lif : summary.lif) CHECK_FALSE(lif);
}
