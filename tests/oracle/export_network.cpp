// Runs a network of 500 neurons and writes what another simulator needs to run the same one, and the spikes it has to
// find: `oracle_export lif|lif_delta FOLDER`.
#define DOCTEST_CONFIG_DISABLE
#include <fmt/format.h>
#include <fmt/os.h>

#include <filesystem>

#include "encephagen/sdk/random.hpp"
#include "engine/network.hpp"
#include "engine/poisson_fill.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

struct Model {
  const char *params, *exc_mv, *inh_mv;
  double rate_hz, weight_mv;  // of the noise
};

const std::map<std::string, Model> models = {
    {"lif",
     {"params.tau_inh_ms = 3.0\nparams.reset_mv = 5.0\nparams.drive_mv = 3.0\n", "{ lognormal = [1.6, 0.5] }",
      "{ normal = [-9.0, 2.0] }", 1700, 2}},
    {"lif_delta", {"params.drive_mv = 2.0\n", "{ lognormal = [0.4, 0.5] }", "{ normal = [-2.4, 0.5] }", 2700, 0.4}}};

std::string network(const std::string& name) {
  const Model& m = models.at(name);
  const auto projection = [](const char* from, int degree, const char* weight, const char* delay) {
    return fmt::format(
        "[[region.projection]]\nfrom = \"{}\"\nto = [\"exc\", \"inh\"]\nrule = {{ fixed_indegree = {} }}\nweight_mv = "
        "{}\ndelay_ms = {}\n",
        from, degree, weight, delay);
  };
  return fmt::format(
             "format = 1\n[run]\nseed = 12\nduration_ms = 250.0\n[region.population.exc]\nplugin = \"core.{0}\"\nn = "
             "400\n{1}[region.population.inh]\nplugin = \"core.{0}\"\nn = 100\n{1}[[encoder]]\nplugin = "
             "\"core.poisson\"\nto = \"*.*\"\nparams.rate_hz = {2}.0\nparams.weight_mv = {3}\n[[record]]\nname = "
             "\"e\"\nfrom = \"*.exc\"\nspikes = true\n[[record]]\nname = \"i\"\nfrom = \"*.inh\"\nspikes = true\n",
             name, m.params, m.rate_hz, m.weight_mv) +
         projection("exc", 40, m.exc_mv, "{ normal = [1.5, 0.75] }") +
         projection("inh", 10, m.inh_mv, "{ uniform = [0.1, 1.0] }");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::filesystem::path folder = argv[2];
  const auto file = [&](const char* name) { return fmt::output_file((folder / name).string()); };
  const Model& model = models.at(argv[1]);
  Network net(network(argv[1]));
  const auto& s = net.scenario;
  const size_t first[] = {0, net.simulation.population(0).size()};

  auto synapses = file("synapses.csv");  // source, target, weight, steps
  for (size_t i = 0; i < s.projections.size(); ++i) {
    const auto& spec = s.projections[i];
    const Wiring wiring(spec, net.simulation.population(spec.from), net.simulation.population(spec.to), net.brain,
                        s.dt_ms, eg::mix_key(s.seeds.wiring, "projection", i));
    for (uint32_t u = 0; u < wiring.n_drawing_units(); ++u) {
      std::vector<uint32_t> partner;
      std::vector<double> weight;
      std::vector<uint16_t> delay;
      wiring.partners(u, partner);
      wiring.weights(u, partner, weight);
      wiring.delays(u, partner, delay);
      for (size_t k = 0; k < partner.size(); ++k) {
        const size_t source = wiring.is_by_target() ? partner[k] : u, target = wiring.is_by_target() ? u : partner[k];
        synapses.print("{},{},{:.17g},{}\n", first[spec.from] + source, first[spec.to] + target, weight[k], delay[k]);
      }
    }
  }
  auto initial = file("initial.csv");  // potential of every neuron
  auto noise = file("noise.csv");      // step, neuron, what the noise adds
  net.simulation.init();
  for (size_t p = 0; p < 2; ++p) {
    const auto& population = net.simulation.population(p);
    const uint64_t key = eg::mix_key(s.seeds.noise, population.name() + "[0].count");
    for (size_t u = 0; u < population.size(); ++u) {
      initial.print("{:.17g}\n", population.state(0)[u]);
      for (uint64_t step = 0; step < s.n_steps(); ++step)
        if (const double n = reference_poisson(key, step, u, model.rate_hz * s.dt_ms * 1e-3); n > 0)
          noise.print("{},{},{:.17g}\n", step, first[p] + u, n * model.weight_mv);
    }
  }
  auto spikes = file("spikes.csv");  // step, neuron
  const auto out = net.run();
  for (size_t p = 0; p < 2; ++p)
    for (const auto& spike : out[p])
      spikes.print("{},{}\n", std::llround(spike[0] / s.dt_ms) - 1, first[p] + static_cast<size_t>(spike[1]));
  return 0;
}
