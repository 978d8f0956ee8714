// What a network will take, before it is built. The rules are those of network.cpp and synapse_table.cpp.
#include "engine/network_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/expected_wiring.hpp"
#include "engine/population.hpp"
#include "engine/schedule.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

using DelayCounts = std::map<uint64_t, double>;

constexpr size_t most_narrow = 65536;  // places that 16 bits number

uint32_t element_of(const eg_unit& unit, bool single_wanted) {
  const bool offers_single = unit.size >= offsetof(eg_unit, elements) + sizeof unit.elements &&
                             (unit.elements & (1u << EG_F32)) != 0;  // tables of ABI 1.0 end before `elements`
  return single_wanted && offers_single ? EG_F32 : EG_F64;
}

const eg_unit& unit_of(const PluginChoice& plugin) { return *static_cast<const eg_unit*>(plugin.found->plugin->table); }

double bytes_of_units(const PluginChoice& plugin, size_t n, uint32_t element) {
  size_t columns = unit_of(plugin).n_state;
  const eg_plugin& p = *plugin.found->plugin;
  for (uint32_t i = 0; i < p.n_params; ++i) columns += (p.params[i].flags & EG_PARAM_PER_UNIT) != 0 ? 1 : 0;
  return static_cast<double>(n * (element_size(element) * columns + sizeof(uint32_t)));
}

double total(const DelayCounts& counts) {
  double sum = 0;
  for (const auto& [steps, n] : counts) sum += n;
  return sum;
}

// Without the tails that hold less than half a synapse.
DelayCounts without_tails(DelayCounts counts) {
  constexpr double rare = 0.5;
  const auto last = [&] { return std::prev(counts.end()); };
  for (double below = 0; counts.size() > 1 && below + counts.begin()->second < rare; counts.erase(counts.begin()))
    below += counts.begin()->second;
  for (double above = 0; counts.size() > 1 && above + last()->second < rare; counts.erase(last()))
    above += last()->second;
  return counts;
}

// Projections whose synapses are stored as one table.
struct Table {
  const ProjectionSpec* first;
  uint32_t element;
  std::vector<size_t> projections;
};

bool shares_weight(const ProjectionSpec& p) {
  return p.weight.is_constant() && !p.scales_weight && p.region_factor.empty();
}
bool shares_delay(const ProjectionSpec& p) {
  return !p.velocity_m_per_s && p.delay_sd_ms == 0 && (!p.delay_ms || p.delay_ms->is_constant());
}

class Estimator {
 public:
  Estimator(const Scenario& s, const Brain& brain) : s_(s), brain_(brain), wiring_(expect_wiring(s, brain)) {}

  NetworkEstimate estimate() {
    out_.dt_ms = s_.dt_ms;
    add_populations();
    for (const auto& e : s_.encoders) add_encoder(e);
    for (size_t k = 0; k < s_.projections.size(); ++k) add_projection(k);
    size_arena();
    for (const auto& t : tables_) add_table(t);
    add_time();
    return std::move(out_);
  }

 private:
  void add_populations() {
    n_units_.resize(s_.populations.size());
    for (const auto& g : wiring_.groups) n_units_[g.population] += g.n_units;
    for (size_t p = 0; p < s_.populations.size(); ++p) {
      const auto& spec = s_.populations[p];
      element_.push_back(element_of(spec.unit(), s_.single_precision && !is_read_by_rules(s_, p)));
      const double bytes = bytes_of_units(spec.plugin, n_units_[p], element_[p]);
      out_.populations.push_back({spec.name, n_units_[p], element_[p] == EG_F32, bytes});
      out_.n_units += n_units_[p], out_.unit_bytes += bytes;
    }
  }

  void add_encoder(const EncoderSpec& e) {
    const auto in = regions_matching(brain_, e.to.region);
    std::vector<size_t> fed(s_.populations.size());
    for (const auto& g : wiring_.groups) {
      const auto& spec = s_.populations[g.population];
      if (!in[g.region] ||
          (!glob_match(e.to.population, spec.name, true) && !glob_match(e.to.population, spec.short_name, true)))
        continue;
      const auto n = static_cast<double>(g.n_units);
      fed[g.population] += e.subset.share           ? static_cast<size_t>(std::llround(*e.subset.share * n))
                           : e.subset.units.empty() ? g.n_units
                                                    : e.subset.units.size();
    }
    for (size_t p = 0; p < fed.size(); ++p)
      out_.unit_bytes += bytes_of_units(e.plugin, fed[p], element_of(unit_of(e.plugin), element_[p] == EG_F32));
  }

  void add_projection(size_t k) {
    const ProjectionSpec& spec = s_.projections[k];
    NetworkEstimate::Projection p;
    p.from = s_.populations[spec.from].name;
    p.to = s_.populations[spec.to].name;
    p.port = s_.populations[spec.to].unit().inputs[spec.port].name;
    p.is_long_range = spec.is_long_range;
    p.is_coupling = spec.rule.kind == RuleKind::rate_per_weight;
    p.is_plastic = !spec.plasticity.empty();
    p.shares_weight = shares_weight(spec);
    out_.steps_singly = out_.steps_singly || p.is_coupling || spec.is_continuous;
    if (p.is_coupling) {
      p.synapses_by_delay_steps = connections(spec);
      p.n_synapses = total(p.synapses_by_delay_steps);
    } else {
      if (!spec.is_continuous) ports_.emplace_back(spec.to, spec.port);
      p.n_synapses = wiring_.projections[k].n_synapses;
      p.synapses_by_delay_steps = without_tails(wiring_.projections[k].synapses_by_delay_steps);
      out_.n_synapses += p.n_synapses;
      if (spec.is_continuous)
        p.bytes = p.n_synapses * (sizeof(double) + sizeof(uint32_t));
      else if (p.is_plastic)
        add_plastic(k, p);
      else
        table_of(spec).projections.push_back(k);
      out_.synapse_bytes += p.bytes;
    }
    out_.projections.push_back(std::move(p));
  }

  // One table for each projection; see plastic_synapses.hpp and PlasticProjection::lay_out.
  void add_plastic(size_t k, NetworkEstimate::Projection& p) {
    const ProjectionSpec& spec = s_.projections[k];
    const bool shares = shares_delay(spec);
    const auto n_sources = static_cast<double>(n_units_[spec.from]), n_targets = static_cast<double>(n_units_[spec.to]);
    const double n_branches = shares ? n_sources : n_runs({&spec, element_[spec.to], {k}});
    bool with_incoming = false;
    double traces = 0;
    for (const auto& rule : spec.plasticity) {
      const auto edge = edge_calls(*static_cast<const eg_edge*>(rule.plugin.found->plugin->table));
      with_incoming = with_incoming || edge.post_spike || edge.update;
      const double pre = edge.n_pre > 0 ? edge.n_pre + 1 : 0, post = edge.n_post > 0 ? edge.n_post + 1 : 0;
      traces +=
          8 * (edge.n_edge_state * p.n_synapses + 2 * (pre * n_branches + post * n_targets));  // and as after init
    }
    p.bytes = p.n_synapses * (8 + 4 + (with_incoming ? 8 : 0)) + 4 * (n_branches + 1);
    if (!shares) p.bytes += 2 * n_branches + 4 * (n_sources + 1);
    if (with_incoming) p.bytes += 4 * (n_targets + 1);
    out_.unit_bytes += traces;
    if (p.n_synapses < 0.5 || p.synapses_by_delay_steps.empty()) return;
    const auto dendritic = static_cast<uint64_t>(std::llround(spec.dendritic_delay_ms / s_.dt_ms));
    shortest_ = std::min(shortest_, std::max<uint64_t>(1, p.synapses_by_delay_steps.begin()->first - dendritic));
    longest_ = std::max(longest_, std::prev(p.synapses_by_delay_steps.end())->first);
  }

  // Between regions, by the delay of their tract.
  DelayCounts connections(const ProjectionSpec& spec) const {
    DelayCounts out;
    const size_t n = brain_.n_regions();
    if (spec.velocity_m_per_s && brain_.connectome.lengths_mm.empty()) return out;
    const auto from = regions_matching(brain_, spec.from_region), to = regions_matching(brain_, spec.to_region);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        if (to[i] && from[j] && brain_.connectome.weight(i, j) != 0)
          out[delay_in_steps(spec, spec.velocity_m_per_s ? brain_.connectome.lengths_mm[i * n + j] : 0, s_.dt_ms, 0)] +=
              1;
    return out;
  }

  Table& table_of(const ProjectionSpec& spec) {
    const auto delay = [&](const ProjectionSpec& p) { return delay_in_steps(p, 0, s_.dt_ms, 1); };
    const auto found = std::ranges::find_if(tables_, [&](const Table& t) {
      const ProjectionSpec& other = *t.first;
      return other.from == spec.from && t.element == element_[spec.to] && shares_weight(other) == shares_weight(spec) &&
             shares_delay(other) == shares_delay(spec) && (!shares_weight(spec) || other.weight.a == spec.weight.a) &&
             (!shares_delay(spec) || delay(other) == delay(spec));
    });
    if (found != tables_.end()) return *found;
    return tables_.emplace_back(Table{&spec, element_[spec.to], {}});
  }

  // The units of all ports that synapses feed, as they stand in one slot.
  void size_arena() {
    std::ranges::sort(ports_);
    ports_.erase(std::unique(ports_.begin(), ports_.end()), ports_.end());
    for (const auto& [population, port] : ports_) slot_[element_[population]] += (n_units_[population] + 15) / 16 * 16;
  }

  double row_bytes(size_t population) const { return static_cast<double>((n_units_[population] + 1) * 8); }

  void add_table(const Table& t) {
    DelayCounts delays;
    double n = 0;
    for (const size_t k : t.projections) {
      n += wiring_.projections[k].n_synapses;
      for (const auto& [steps, count] : wiring_.projections[k].synapses_by_delay_steps) delays[steps] += count;
    }
    delays = without_tails(std::move(delays));
    const auto n_sources = static_cast<double>(n_units_[t.first->from]);
    auto how = Fan::Delays::shared;
    double bytes = row_bytes(t.first->from);
    double per_synapse = std::max(slot_[EG_F64], slot_[EG_F32]) > most_narrow ? 4 : 2;
    if (!shares_weight(*t.first)) per_synapse += 4;
    if (!shares_delay(*t.first)) {
      double n_delays = 0;  // of which at least one synapse is expected to exist
      for (const auto& [steps, count] : delays) n_delays += 1 - std::exp(-count);
      how = n_sources > 0 && n / (n_sources * std::max(n_delays, 1.0)) >= Fan::worth_a_run ? Fan::Delays::runs
                                                                                           : Fan::Delays::scattered;
      if (how == Fan::Delays::scattered)
        per_synapse += 2;
      else
        bytes += row_bytes(t.first->from) + sizeof(Fan::Run) * n_runs(t);
    }
    bytes += n * per_synapse;
    for (const size_t k : t.projections) {
      auto& p = out_.projections[k];
      p.delays = how;
      p.bytes = n > 0 ? bytes * p.n_synapses / n : bytes / static_cast<double>(t.projections.size());
    }
    out_.synapse_bytes += bytes;
    if (n < 0.5) return;
    shortest_ = std::min(shortest_, delays.begin()->first);
    longest_ = std::max(longest_, std::prev(delays.end())->first);
  }

  // A source has one run for every delay that any of its synapses has.
  double n_runs(const Table& t) const {
    std::vector<DelayCounts> of_source(wiring_.groups.size());
    const size_t n = brain_.n_regions();
    for (const auto& link : wiring_.links) {
      if (std::ranges::find(t.projections, link.projection) == t.projections.end()) continue;
      const auto& target = wiring_.groups[link.target];
      const auto& source = wiring_.groups[link.source];
      const ProjectionSpec& spec = s_.projections[link.projection];
      const double count = link.in_degree * static_cast<double>(target.n_units);
      if (spec.velocity_m_per_s) {
        add_delays(spec, brain_.connectome.lengths_mm[target.region * n + source.region], s_.dt_ms, count,
                   of_source[link.source]);
        continue;
      }
      const auto& all = wiring_.projections[link.projection];  // every link has these delays
      for (const auto& [steps, c] : all.synapses_by_delay_steps)
        of_source[link.source][steps] += c * count / all.n_synapses;
    }
    double runs = 0;
    for (size_t g = 0; g < of_source.size(); ++g)
      for (const auto& [steps, count] : of_source[g]) {
        const auto n_sources = static_cast<double>(wiring_.groups[g].n_units);
        runs += n_sources * (1 - std::exp(-count / n_sources));
      }
    return runs;
  }

  void add_time() {
    for (const auto& m : s_.modulators) out_.steps_singly = out_.steps_singly || m.follows;
    out_.block_steps = out_.steps_singly ? 1 : block_of_bodies(s_, Schedule(s_).fitting_block(shortest_));
    for (const uint32_t element : {EG_F64, EG_F32}) {
      const size_t stride = (slot_[element] + 31) / 32 * 32;
      out_.arena_bytes += static_cast<double>(stride * out_.block_steps * element_size(element));
    }
    // The lists themselves; the spikes in them depend on rates.
    out_.history_bytes =
        static_cast<double>(s_.populations.size() * (longest_ + 2 * out_.block_steps) * sizeof(std::vector<uint32_t>));
    for (const auto& p : out_.projections)  // activity of all regions, as far back as the longest delay
      if (p.is_coupling && !p.synapses_by_delay_steps.empty())
        out_.history_bytes += static_cast<double>(brain_.n_regions() * sizeof(double) *
                                                  (std::prev(p.synapses_by_delay_steps.end())->first + 1));
  }

  const Scenario& s_;
  const Brain& brain_;
  ExpectedWiring wiring_;
  NetworkEstimate out_;
  std::vector<size_t> n_units_;                   // [population]
  std::vector<uint32_t> element_;                 // [population]
  std::vector<std::pair<size_t, size_t>> ports_;  // population, port
  std::vector<Table> tables_;
  size_t slot_[2] = {0, 0};  // [element]
  uint64_t shortest_ = longest_block, longest_ = 1;
};

}  // namespace

NetworkEstimate estimate_network(const Scenario& s, const Brain& brain) { return Estimator(s, brain).estimate(); }

}  // namespace encephagen
