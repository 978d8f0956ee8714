// What mean-field theory needs to know about a scenario's network.
#include "engine/network_summary.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "encephagen/sdk/random.hpp"
#include "engine/per_unit_values.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

const eg_param* declared(const PluginChoice& choice, std::string_view name) {
  const eg_plugin& plugin = *choice.found->plugin;
  for (uint32_t i = 0; i < plugin.n_params; ++i)
    if (plugin.params[i].name == name) return &plugin.params[i];
  return nullptr;
}

// The mean of a parameter over the units of each region (or all alike); nothing if the plugin has none of that name.
class RegionMeans {
 public:
  RegionMeans(const PluginChoice& choice, const std::string& owner, size_t n_per_region, const Scenario& s,
              const Brain& brain)
      : choice_(choice), owner_(owner), n_(n_per_region), s_(s), brain_(brain) {}
  std::optional<std::vector<double>> operator()(const char* name) const {
    const eg_param* param = declared(choice_, name);
    const Node* value = choice_.params.find(name);
    if (!param || !value || param->type != EG_NUMBER) return std::nullopt;
    const size_t regions = brain_.n_regions();
    if (value->is_number()) return std::vector<double>(regions, value->number);
    std::vector<uint32_t> region;
    for (uint32_t r = 0; r < regions; ++r) region.insert(region.end(), n_, r);
    const auto values =
        per_unit_values(*value, *param, brain_, region, eg::mix_key(s_.seeds.wiring, owner_ + "." + name));
    std::vector<double> out(regions, 0.0);
    for (size_t u = 0; u < values.size(); ++u) out[region[u]] += values[u] / static_cast<double>(n_);
    return out;
  }

 private:
  const PluginChoice& choice_;
  std::string owner_;
  size_t n_;
  const Scenario& s_;
  const Brain& brain_;
};

// Whether all that a neuron plugin lets one set is what the theory knows. Any further parameter stands for further
// dynamics (adaptation, conductances), whatever the other names say.
bool is_plain_lif(const PluginChoice& choice) {
  static constexpr std::string_view known[] = {"tau_m_ms",   "threshold_mv", "reset_mv",    "t_ref_ms", "tau_exc_ms",
                                               "tau_inh_ms", "drive_mv",     "weight_kind", "scheme"};
  const eg_plugin& plugin = *choice.found->plugin;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const std::string_view name = plugin.params[i].name;
    if (!name.starts_with("initial") && std::ranges::find(known, name) == std::end(known)) return false;
  }
  return true;
}

double delta_per_weight(std::string_view kind, double tau_m_ms, double tau_syn_ms) {
  if (kind == "psp_area") return 1;
  const double area = eg::psp_area_per_amplitude(tau_m_ms, tau_syn_ms);
  return kind == "psp_peak" ? area / eg::psp_peak_per_amplitude(tau_m_ms, tau_syn_ms) : area;
}

void find_neurons(const Scenario& s, const Brain& brain, NetworkSummary& out) {
  out.lif.resize(out.wiring.groups.size());
  for (size_t p = 0; p < s.populations.size(); ++p) {
    const auto& population = s.populations[p];
    const RegionMeans mean(population.plugin, population.name, population.n, s, brain);
    const auto tau_m = mean("tau_m_ms"), threshold = mean("threshold_mv"), reset = mean("reset_mv"),
               t_ref = mean("t_ref_ms"), drive = mean("drive_mv"), tau_exc = mean("tau_exc_ms"),
               tau_inh = mean("tau_inh_ms");
    if (!tau_m || !threshold || !reset || !t_ref || !is_plain_lif(population.plugin)) continue;
    const Node* kind = population.plugin.params.find("weight_kind");
    const std::string_view weight_kind = kind ? std::string_view(kind->text) : "psc";
    for (size_t r = 0; r < brain.n_regions(); ++r) {
      const auto group = out.wiring.group_of(p, r);
      if (!group) continue;
      LifGroup lif{.neuron = {(*tau_m)[r], (*threshold)[r], (*reset)[r], (*t_ref)[r], 0}};
      if (drive) lif.drive_mv = (*drive)[r];
      if (tau_exc && tau_inh) {
        lif.neuron.tau_syn_ms = 0.5 * ((*tau_exc)[r] + (*tau_inh)[r]);
        lif.exc_per_weight = delta_per_weight(weight_kind, lif.neuron.tau_m_ms, (*tau_exc)[r]);
        lif.inh_per_weight = delta_per_weight(weight_kind, lif.neuron.tau_m_ms, (*tau_inh)[r]);
      }
      out.lif[*group] = lif;
    }
  }
}

// Weights at a port without a sign of its own go by theirs.
bool is_inhibitory(const PopulationSpec& target, size_t port, double weight) {
  const uint32_t sign = port < target.unit().n_inputs ? target.unit().inputs[port].sign : uint32_t{EG_SIGN_ANY};
  return sign == EG_SIGN_INHIBITORY || (sign == EG_SIGN_ANY && weight < 0);
}

// Calls f(population, group, share of its units) for every group that an encoder feeds.
template <class F>
void for_each_fed(const Scenario& s, const Brain& brain, const EncoderSpec& e, const NetworkSummary& out, F&& f) {
  for (size_t p = 0; p < s.populations.size(); ++p) {
    const auto& population = s.populations[p];
    if (!glob_match(e.to.population, population.name, true) &&
        !glob_match(e.to.population, population.short_name, true))
      continue;
    const double share = e.subset.units.empty()
                             ? e.subset.share.value_or(1.0)
                             : static_cast<double>(e.subset.units.size()) / static_cast<double>(population.n);
    for (const size_t r : brain.select(e.to.region))
      if (const auto group = out.wiring.group_of(p, r); group && out.lif[*group]) f(p, *group, share);
  }
}

void add_poisson(const Scenario& s, const Brain& brain, const EncoderSpec& e, size_t index, NetworkSummary& out) {
  for_each_fed(s, brain, e, out, [&](size_t p, size_t group, double share) {
    const auto& population = s.populations[p];
    const size_t r = out.wiring.groups[group].region;
    const RegionMeans mean(e.plugin, population.name + "[" + std::to_string(index) + "]", population.n, s, brain);
    const auto number = [&](const char* name) {
      const auto values = mean(name);
      return values ? (*values)[r] : 0.0;
    };
    const LifGroup& lif = *out.lif[group];
    const double w = number("weight_mv"), ratio = number("threshold_ratio");
    const double hz =
        share * (ratio > 0 ? 1000 * number("threshold_mv") * ratio / (w * number("tau_m_ms")) : number("rate_hz"));
    Diagnostics unheard;
    const auto port = choose_port(population, e.port, true, 1.0, e.to.at, unheard);
    const double j = w * (port && is_inhibitory(population, *port, w) ? lif.inh_per_weight : lif.exc_per_weight);
    out.external_rate_hz[group] += hz;
    out.external[group] = out.external[group] + eg::poisson_input(lif.neuron, hz, j);
  });
}

// A constant current that lasts, and Gaussian white noise; by the names of their parameters.
void add_current(const Scenario& s, const Brain& brain, const EncoderSpec& e, size_t index, NetworkSummary& out) {
  for_each_fed(s, brain, e, out, [&](size_t p, size_t group, double share) {
    const auto& population = s.populations[p];
    const size_t r = out.wiring.groups[group].region;
    const RegionMeans of(e.plugin, population.name + "[" + std::to_string(index) + "]", population.n, s, brain);
    const auto mean = of("mean_mv"), sigma = of("sigma_mv"), constant = of("amplitude_mv"), onset = of("onset_ms"),
               lasts = of("duration_ms");
    eg::NoisyInput& in = out.external[group];
    if (mean && sigma) in = in + eg::NoisyInput{share * (*mean)[r], share * (*sigma)[r] * (*sigma)[r]};
    if (constant && onset && lasts && (*onset)[r] <= s.transient_ms && (*onset)[r] + (*lasts)[r] >= s.duration_ms)
      in.mean_mv += share * (*constant)[r];
  });
}

}  // namespace

NetworkSummary summarize_network(const Scenario& s, const Brain& brain) {
  NetworkSummary out;
  out.wiring = expect_wiring(s, brain);
  find_neurons(s, brain, out);
  const size_t n = out.wiring.groups.size();
  out.external.resize(n), out.external_rate_hz.resize(n, 0.0);
  for (size_t g = 0; g < n; ++g)
    if (out.lif[g]) out.external[g].mean_mv = out.lif[g]->drive_mv;
  for (size_t e = 0; e < s.encoders.size(); ++e) {
    const std::string_view name = s.encoders[e].plugin.found->plugin->name;
    if (name == "core.poisson") add_poisson(s, brain, s.encoders[e], e, out);
    if (name == "core.noise_current" || name == "core.dc_current") add_current(s, brain, s.encoders[e], e, out);
  }
  std::vector<Moments> of_projection;
  for (const auto& spec : s.projections) of_projection.push_back(moments_of(spec.weight));
  for (const auto& link : out.wiring.links) {
    const auto& spec = s.projections[link.projection];
    const auto& lif = out.lif[link.target];
    const auto& moments = of_projection[link.projection];
    const bool inhibitory = is_inhibitory(s.populations[spec.to], spec.port, moments.mean);
    const double f = link.weight_factor * (!lif ? 1 : inhibitory ? lif->inh_per_weight : lif->exc_per_weight);
    out.link_weight_mv.push_back({moments.mean * f, moments.mean_square * f * f});
  }
  return out;
}

eg::MeanFieldNetwork NetworkSummary::mean_field() const {
  const size_t n = wiring.groups.size();
  eg::MeanFieldNetwork net(n);
  for (size_t g = 0; g < n; ++g)
    if (lif[g]) net.neuron[g] = lif[g]->neuron, net.external[g] = external[g];
  for (size_t l = 0; l < wiring.links.size(); ++l) {
    const auto& link = wiring.links[l];
    net.kj_mv[link.target * n + link.source] += link.in_degree * link_weight_mv[l].mean;
    net.kj_mv2[link.target * n + link.source] += link.in_degree * link_weight_mv[l].mean_square;
  }
  return net;
}

void append_summary(std::vector<ArrayData>& to, const Scenario& s, const Brain& brain, size_t recorded_population) {
  const auto summary = summarize_network(s, brain);
  const auto& groups = summary.wiring.groups;
  const auto& links = summary.wiring.links;
  const auto integers = [&](const char* name, const auto& list, auto&& of) {
    std::vector<int64_t> v;
    for (const auto& item : list) v.push_back(static_cast<int64_t>(of(item)));
    to.push_back(encephagen::integers(name, std::move(v)));
  };
  const auto numbers = [&](const char* name, const auto& list, auto&& of) {
    std::vector<double> v;
    for (const auto& item : list) v.push_back(of(item));
    to.push_back(encephagen::numbers(name, {list.size()}, std::move(v)));
  };
  const auto of_neurons = [&](const char* name, auto&& of) {
    numbers(name, summary.lif, [&](const auto& lif) { return lif ? of(lif->neuron) : NAN; });
  };
  std::vector<std::string> names;
  for (const auto& g : groups) names.push_back(s.populations[g.population].name);
  to.push_back(texts("network.group_population", std::move(names)));
  integers("network.group_region", groups, [](const UnitGroup& g) { return g.region; });
  integers("network.group_units", groups, [](const UnitGroup& g) { return g.n_units; });
  to.push_back(texts("network.recorded_population", {s.populations[recorded_population].name}));
  of_neurons("network.tau_m_ms", [](const eg::LifTheory& n) { return n.tau_m_ms; });
  of_neurons("network.threshold_mv", [](const eg::LifTheory& n) { return n.threshold_mv; });
  of_neurons("network.reset_mv", [](const eg::LifTheory& n) { return n.reset_mv; });
  of_neurons("network.t_ref_ms", [](const eg::LifTheory& n) { return n.t_ref_ms; });
  of_neurons("network.tau_syn_ms", [](const eg::LifTheory& n) { return n.tau_syn_ms; });
  numbers("network.external_mean_mv", summary.external, [](const eg::NoisyInput& x) { return x.mean_mv; });
  numbers("network.external_variance_mv2", summary.external, [](const eg::NoisyInput& x) { return x.variance_mv2; });
  integers("network.link_target", links, [](const Link& l) { return l.target; });
  integers("network.link_source", links, [](const Link& l) { return l.source; });
  numbers("network.link_in_degree", links, [](const Link& l) { return l.in_degree; });
  numbers("network.link_weight_mv", summary.link_weight_mv, [](const Moments& m) { return m.mean; });
  numbers("network.link_square_mv2", summary.link_weight_mv, [](const Moments& m) { return m.mean_square; });
}

}  // namespace encephagen
