// Sets weights and external input by theory: J = J0 / sqrt(K) is van Vreeswijk & Sompolinsky's (1996, Science
// 274:1724), the external rate the inverse of Siegert's formula in a region of average input.
#include "engine/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "engine/calibrated_tables.hpp"
#include "engine/network_summary.hpp"

namespace encephagen {
namespace {

bool contains(const std::vector<size_t>& v, size_t x) { return std::ranges::find(v, x) != v.end(); }
double mean(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

class Calibration {
 public:
  Calibration(Scenario& s, const Brain& brain, std::vector<MetricData>& metrics)
      : s_(s), brain_(brain), c_(*s.calibrate), metrics_(metrics) {
    for (size_t k = 0; k < s.projections.size(); ++k) {
      auto& p = s.projections[k];
      if (p.rule.kind == RuleKind::rate_per_weight) continue;
      const bool from_exc = contains(c_.excitatory, p.from), from_inh = contains(c_.inhibitory, p.from);
      if (!contains(c_.excitatory, p.to) && !contains(c_.inhibitory, p.to)) continue;
      if (p.is_long_range && from_exc) long_range_.push_back(k);
      if (!p.is_long_range && from_exc) local_exc_.push_back(k);
      if (!p.is_long_range && from_inh) local_inh_.push_back(k), p.region_factor.clear();
    }
    const auto summary = summarize_network(s, brain);
    for (size_t g = 0; g < summary.wiring.groups.size(); ++g) {
      const size_t p = summary.wiring.groups[g].population;
      if (!contains(c_.excitatory, p) && !contains(c_.inhibitory, p)) continue;
      if (!summary.lif[g])
        refuse(
            fmt::format("population '{}' has neurons '{}', and theory here is of leaky integrate-and-fire neurons: it "
                        "needs their tau_m_ms, threshold_mv, reset_mv and t_ref_ms",
                        s.populations[p].name, s.populations[p].plugin.found->plugin->name));
      if (contains(c_.excitatory, p)) exc_groups_.push_back(g);
      if (!contains(known_, p)) known_.push_back(p), lif_.push_back(*summary.lif[g]);
    }
    if (exc_groups_.empty()) refuse("no region holds an excitatory population");
  }

  bool balanced(const std::function<std::optional<double>(const Scenario&)>& simulated_hz) {
    couple();
    const auto k = in_degrees();
    const double k_exc = mean(k.exc), k_inh = mean(k.inh), share = mean(k.long_range) / k_exc;
    if (!(k_exc > 0)) refuse("the excitatory populations do not excite themselves, and J0 / sqrt(K) needs that K");
    if (!(k_inh > 0)) refuse("no inhibitory population projects to the excitatory ones within regions");
    const double j = c_.j0_mv / std::sqrt(k_exc);
    std::vector<double> g;  // [excitatory group]
    for (size_t i = 0; i < k.exc.size(); ++i) g.push_back(c_.dominance * (k.exc[i] + k.long_range[i]) / k.inh[i]);
    const bool per_region = c_.mode == CalibrateSpec::Mode::per_region;
    const double g_ref = per_region ? mean(g) : std::ranges::max(g);
    set_weights(local_exc_, j), set_weights(long_range_, j), set_weights(local_inh_, -g_ref * j);
    if (per_region) give_regions_their_inhibition(g, g_ref);
    set_encoder_number(s_, c_.encoder, "weight_mv", j / of_population(s_.calibrate->excitatory[0]).exc_per_weight);
    set_encoder_number(s_, c_.encoder, "threshold_ratio", 0);

    metric("in_degree", "", k_exc), metric("j_mv", "mV", j), metric("g", "", g_ref);
    if (per_region)
      for (size_t i = 0; i < g.size(); ++i) metric("g", "", g[i], "region:" + label(exc_groups_[i]));
    metric("long_range_share", "", share);
    if (!long_range_.empty()) metric("global_coupling", "", s_.projections[long_range_[0]].global_coupling);
    const double rate = external_rate(c_.target_rate_hz, j);
    set_encoder_number(s_, c_.encoder, "rate_hz", rate);
    if (c_.finite_size_correction && !correct(rate, j, simulated_hz)) return false;
    predict();
    return true;
  }

  // The study of 2026: J = 16 j / C_E with C_E = int(n_exc p), as an amplitude of the current; the rate that would
  // reach threshold with delta synapses, times threshold_ratio.
  void as_published() {
    double c_exc = 0;
    for (const size_t k : local_exc_) {
      const auto& p = s_.projections[k];
      if (p.from == p.to && p.rule.kind == RuleKind::bernoulli)
        c_exc = p.rule.value * static_cast<double>(s_.populations[p.from].n);
    }
    if (c_exc == 0) c_exc = mean(in_degrees().exc);
    c_exc = std::max(1.0, std::floor(c_exc + 1e-9));
    const double j = c_.j_mv * 16 / c_exc;
    const auto& neuron = of_population(c_.excitatory[0]).neuron;
    const auto all = [&](const std::vector<size_t>& list, double w) {
      set_mean_weights(s_, list, std::vector<double>(list.size(), w));
    };
    all(local_exc_, j), all(long_range_, j);
    if (c_.g > 0) all(local_inh_, -c_.g * j);
    const double rate = 1000 * neuron.threshold_mv * c_.threshold_ratio / (j * neuron.tau_m_ms);
    set_encoder_number(s_, c_.encoder, "weight_mv", j);
    set_encoder_number(s_, c_.encoder, "threshold_ratio", 0);
    set_encoder_number(s_, c_.encoder, "rate_hz", rate);
    metric("in_degree", "", c_exc), metric("j_mv", "mV", j), metric("g", "", c_.g), metric("rate_ext_hz", "Hz", rate);
    predict();
  }

 private:
  struct InDegrees {
    std::vector<double> exc, inh, long_range;  // [excitatory group], in units of the local weights
  };

  [[noreturn]] void refuse(const std::string& text) const {
    throw Failure(Exit::scenario_invalid, c_.at.text() + ": [calibrate]: " + text);
  }
  void metric(const char* name, const char* unit, double value, const std::string& group = "") {
    metrics_.push_back({std::string("calibrate.") + name, unit, group, value});
  }
  const LifGroup& of_population(size_t p) const {
    return lif_[static_cast<size_t>(std::ranges::find(known_, p) - known_.begin())];
  }
  std::string label(size_t group) const { return brain_.connectome.labels[wiring().groups[group].region]; }
  ExpectedWiring wiring() const { return expect_wiring(s_, brain_); }

  // Delta equivalents into the weights of each projection's target.
  void set_weights(const std::vector<size_t>& projections, double j_mv) {
    std::vector<double> weight;
    for (const size_t k : projections) {
      const auto& lif = of_population(s_.projections[k].to);
      weight.push_back(j_mv / (j_mv < 0 ? lif.inh_per_weight : lif.exc_per_weight));
    }
    set_mean_weights(s_, projections, weight);
  }

  InDegrees in_degrees() const {
    InDegrees out;
    const size_t n = exc_groups_.size();
    out.exc.assign(n, 0.0), out.inh.assign(n, 0.0), out.long_range.assign(n, 0.0);
    std::vector<double> factor;
    for (const auto& p : s_.projections) factor.push_back(target_factor_of(s_, p));
    for (const auto& link : wiring().links) {
      const auto at = std::ranges::lower_bound(exc_groups_, link.target);
      if (at == exc_groups_.end() || *at != link.target) continue;
      const auto i = static_cast<size_t>(at - exc_groups_.begin());
      const double k = link.in_degree * link.weight_factor * factor[link.projection];
      if (contains(local_exc_, link.projection)) out.exc[i] += k;
      if (contains(local_inh_, link.projection)) out.inh[i] += k;
      if (contains(long_range_, link.projection)) out.long_range[i] += k;
    }
    return out;
  }

  // global_coupling from long_range_share. Starts from 1 so that it does not depend on what was written. Probabilities
  // that reach 1 make the in-degree grow slower than the coupling, hence the repetition.
  void couple() {
    if (!c_.long_range_share) return;
    double coupling = 1;
    for (int step = 0; step < 200; ++step) {
      set_global_coupling(s_, long_range_, coupling);
      const auto k = in_degrees();
      const double wanted = *c_.long_range_share * mean(k.exc), now = mean(k.long_range);
      if (!(now > 0)) refuse("'long_range_share' needs connections between the regions of excitatory populations");
      if (wanted == 0) return set_global_coupling(s_, long_range_, 0);
      if (std::abs(now - wanted) <= 1e-12 * wanted) return;
      const double next = coupling * wanted / now;
      if (step > 0 && std::abs(next - coupling) <= 1e-15 * coupling) return;
      coupling = next;
      if (coupling > 1e12) break;
    }
    refuse(
        fmt::format("long_range_share = {} cannot be reached: nearly every pair of units of connected regions would "
                    "have a synapse already",
                    *c_.long_range_share));
  }

  void give_regions_their_inhibition(const std::vector<double>& g, double g_ref) {
    std::vector<double> factor(brain_.n_regions(), 1.0);
    const auto groups = wiring().groups;
    for (size_t i = 0; i < g.size(); ++i) factor[groups[exc_groups_[i]].region] = g[i] / g_ref;
    for (const size_t k : local_inh_) s_.projections[k].region_factor = factor;
  }

  // What a region of average input receives, if every population fires at this rate and the encoder is silent.
  eg::NoisyInput other_input(const NetworkSummary& summary, double rate_hz) const {
    eg::NoisyInput out;
    const auto n = static_cast<double>(exc_groups_.size());
    for (const size_t g : exc_groups_)
      out = out + eg::NoisyInput{summary.external[g].mean_mv / n, summary.external[g].variance_mv2 / n};
    for (size_t l = 0; l < summary.wiring.links.size(); ++l) {
      const auto& link = summary.wiring.links[l];
      if (!std::ranges::binary_search(exc_groups_, link.target)) continue;
      const double events = 1e-3 * rate_hz * link.in_degree * summary.lif[link.target]->neuron.tau_m_ms / n;
      out =
          out + eg::NoisyInput{events * summary.link_weight_mv[l].mean, events * summary.link_weight_mv[l].mean_square};
    }
    return out;
  }

  eg::LifTheory average_neuron(const NetworkSummary& summary) const {
    eg::LifTheory out{0, 0, 0, 0, 0};
    const auto n = static_cast<double>(exc_groups_.size());
    for (const size_t g : exc_groups_) {
      const auto& of = summary.lif[g]->neuron;
      out.tau_m_ms += of.tau_m_ms / n, out.threshold_mv += of.threshold_mv / n, out.reset_mv += of.reset_mv / n;
      out.t_ref_ms += of.t_ref_ms / n, out.tau_syn_ms += of.tau_syn_ms / n;
    }
    return out;
  }

  double external_rate(double target_hz, double j_mv) {
    set_encoder_number(s_, c_.encoder, "rate_hz", 0);
    const auto summary = summarize_network(s_, brain_);
    const auto neuron = average_neuron(summary);
    const auto other = other_input(summary, target_hz);
    if (target_hz * neuron.t_ref_ms >= 1000)
      refuse(
          fmt::format("target_rate_hz = {} cannot be reached: with t_ref_ms = {} a neuron fires at {:.6g} Hz at most",
                      target_hz, neuron.t_ref_ms, 1000 / neuron.t_ref_ms));
    const auto rate = eg::external_rate_hz(neuron, target_hz, other, j_mv);
    if (!rate)
      refuse(
          fmt::format("target_rate_hz = {} cannot be reached: without external input the neurons would fire at {:.4g} "
                      "Hz already",
                      target_hz, eg::siegert_rate_hz(neuron, other)));
    return *rate;
  }

  // One step along theory's slope from the rate that was simulated: corrects for synapses that are not infinitely
  // small.
  bool correct(double rate, double j_mv, const std::function<std::optional<double>(const Scenario&)>& simulated_hz) {
    Scenario trial = s_;
    trial.transient_ms = 500, trial.duration_ms = 500 + c_.correction_ms;
    trial.seeds.noise = eg::mix_key(s_.seeds.noise, "calibrate");
    trial.stimuli.clear(), trial.spike_trains.clear(), trial.analyzers.clear(), trial.records.clear();
    trial.calibrate.reset();
    for (auto& p : trial.projections) p.plasticity.clear();
    for (const size_t p : c_.excitatory) {
      RecordSpec record;
      record.name = s_.populations[p].name;
      record.from.population = s_.populations[p].name;
      record.population = p;
      record.spikes = true;
      trial.records.push_back(record);
    }
    const auto seen = simulated_hz(trial);
    if (!seen) return false;
    metric("simulated_rate_hz", "Hz", *seen);
    metric("rate_ext_theory_hz", "Hz", rate);
    const double h = 0.01 * c_.target_rate_hz;
    const double slope =
        (external_rate(c_.target_rate_hz + h, j_mv) - external_rate(c_.target_rate_hz - h, j_mv)) / (2 * h);
    const double corrected = rate + slope * (c_.target_rate_hz - *seen);
    set_encoder_number(s_, c_.encoder, "rate_hz", std::clamp(corrected, 0.5 * rate, 2 * rate));
    return true;
  }

  // What theory says of the whole network now, every region by itself.
  void predict() {
    const auto summary = summarize_network(s_, brain_);
    double external = 0, units = 0;
    for (const size_t g : exc_groups_) external = std::max(external, summary.external_rate_hz[g]);
    if (!(external > 0)) refuse(fmt::format("encoder {} feeds no excitatory population", c_.encoder));
    if (c_.scaling == CalibrateSpec::Scaling::balanced) metric("rate_ext_hz", "Hz", external);
    double best = std::numeric_limits<double>::quiet_NaN();
    for (const auto& solution : eg::solve_mean_field(summary.mean_field())) {
      double rate = 0;
      units = 0;
      for (const size_t g : exc_groups_) {
        const auto n = static_cast<double>(summary.wiring.groups[g].n_units);
        rate += n * solution.rate_hz[g], units += n;
      }
      rate /= units;
      if (!(std::abs(rate - c_.target_rate_hz) >= std::abs(best - c_.target_rate_hz))) best = rate;
    }
    metric("predicted_rate_hz", "Hz", best);
  }

  Scenario& s_;
  const Brain& brain_;
  const CalibrateSpec c_;
  std::vector<MetricData>& metrics_;
  std::vector<size_t> local_exc_, local_inh_, long_range_;  // projections
  std::vector<size_t> exc_groups_;                          // increasing
  std::vector<size_t> known_;                               // populations, and the neurons of each
  std::vector<LifGroup> lif_;
};

}  // namespace

bool calibrate(Scenario& s, const Brain& brain, std::vector<MetricData>& metrics,
               const std::function<std::optional<double>(const Scenario&)>& simulated_hz) {
  if (!s.calibrate) return true;
  Calibration calibration(s, brain, metrics);
  if (s.calibrate->scaling == CalibrateSpec::Scaling::balanced) return calibration.balanced(simulated_hz);
  calibration.as_published();
  return true;
}

}  // namespace encephagen
