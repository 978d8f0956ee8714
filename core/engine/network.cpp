// Builds a network from a scenario: the first half of Simulation.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include "encephagen/sdk/random.hpp"
#include "engine/expected_wiring.hpp"
#include "engine/simulation.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

// Below this many units a thread is not worth its meetings with the others.
constexpr size_t units_per_thread = 2048;

}  // namespace

Simulation::Simulation(const Scenario& scenario, const Brain& brain, const PathResolver& paths, unsigned threads)
    : scenario_(scenario), brain_(brain), paths_(paths), schedule_(scenario), nothing_(max_chunk, 0.0) {
  if (!scenario.bodies.empty()) loop_ = std::make_unique<ClosedLoop>(scenario, brain, paths);
  add_populations();
  for (const auto& spec : scenario.projections)
    if (spec.rule.kind == RuleKind::rate_per_weight) add_coupling(spec);
  const auto connections = draw_connections();
  has_spikes_ = std::ranges::any_of(populations_, [](const auto& p) { return p->unit().can_spike; });
  const bool modulators_follow =
      std::ranges::any_of(scenario.modulators, [](const auto& m) { return m.follows.has_value(); });
  has_serial_part_ = !couplings_.empty() || !continuous_paths_.empty() || !scenario.modulators.empty();
  size_t n_units = 0;
  for (const auto& p : populations_) n_units += p->size();
  cut_slices(std::max(1u, std::min(threads, static_cast<unsigned>(n_units / units_per_thread))));

  std::vector<size_t> arena_units[2] = {std::vector<size_t>(slices_.n), std::vector<size_t>(slices_.n)};
  for (auto& port : spike_ports_)
    for (size_t s = 0; s < slices_.n; ++s) {
      auto& n = arena_units[port.element == EG_F32][s];
      port.base.push_back(static_cast<uint32_t>(n));
      n += (slices_.last(port.population, s) - slices_.first(port.population, s) + 15) / 16 * 16;  // cache lines
    }
  std::vector<size_t> largest(slices_.n);
  for (size_t s = 0; s < slices_.n; ++s) largest[s] = std::max(arena_units[0][s], arena_units[1][s]);
  fans_ = build_fans(connections, slices_, largest, threads);

  uint64_t shortest = longest_block, longest = 1;
  for (const Fan& f : fans_) {
    if (f.n_synapses == 0) continue;
    shortest = std::min<uint64_t>(shortest, f.min_delay_steps);
    longest = std::max<uint64_t>(longest, f.max_delay_steps);
  }
  build_plastic_paths();
  for (const auto& p : plastic_paths_) {
    shortest = std::min(shortest, p.projection->longest_block());
    longest = std::max(longest, p.projection->longest_memory());
  }
  const bool is_stepwise = !couplings_.empty() || !continuous_paths_.empty() || modulators_follow;
  block_steps_ = is_stepwise ? 1 : block_of_bodies(scenario, schedule_.fitting_block(shortest));
  if (!scenario.modulators.empty())
    modulators_ = std::make_unique<Modulators>(scenario.modulators, scenario.dt_ms, block_steps_, scenario.seeds.noise,
                                               [this](const SynapseRef& ref) { return ends_of(ref); });
  slice_ = std::vector<Slice>(slices_.n);
  for (size_t s = 0; s < slices_.n; ++s) {
    for (const uint32_t element : {EG_F64, EG_F32})
      slice_[s].arena[element] = Arena(arena_units[element == EG_F32][s], block_steps_, element);
    for (const Fan& f : fans_) slice_[s].deliveries.emplace_back(f, s, block_steps_);
  }
  history_ = std::make_unique<SpikeHistory>(populations_.size(), slices_.n, longest + 2 * block_steps_);
  watched_spikes_.assign(populations_.size(), 0);
  check_every_ = n_units <= 256 ? 1 : 16;

  for (size_t i = 0; i < scenario.encoders.size(); ++i) add_encoder(scenario.encoders[i], i);
  for (const auto& spec : scenario.stimuli) add_stimulus(spec);
  for (const auto& spec : scenario.spike_trains) add_spike_train(spec);
  for (const auto& spec : scenario.records) add_record(spec);
  add_weight_tracks();
  for (const auto& c : continuous_paths_) ports_[c.to][c.port].is_driven = true;
  for (size_t k = 0; k < couplings_.size(); ++k) {
    auto& port = ports_[couplings_[k].to][couplings_[k].port];
    port.is_driven = true;
    if (couplings_[k].is_written_directly && port.coupling < 0) port.coupling = static_cast<int>(k);
  }
}

Simulation::~Simulation() = default;

void Simulation::add_populations() {
  const auto n_regions = static_cast<uint32_t>(brain_.n_regions());
  const auto stands = template_of_regions(scenario_, brain_);
  for (size_t i = 0; i < scenario_.populations.size(); ++i) {
    const auto& spec = scenario_.populations[i];
    std::vector<uint32_t> region;
    for (uint32_t r = 0; r < n_regions; ++r)
      if (stands[r] == spec.of_template) region.insert(region.end(), spec.n, r);
    if (region.empty())
      throw Failure(Exit::scenario_invalid,
                    fmt::format("{}: population '{}' stands in no region: its template names none of the connectome's, "
                                "or other templates take them all",
                                spec.plugin.at.text(), spec.name));
    populations_.push_back(std::make_unique<Population>(spec.name, spec.plugin, std::move(region), brain_,
                                                        scenario_.seeds, paths_,
                                                        scenario_.single_precision && !is_read_by_rules(scenario_, i)));
    if (loop_ && spec.is_decoder()) loop_->connect_decoder(*populations_.back(), i);
    if (spec.is_decoder() && populations_.back()->size() > max_chunk)
      throw Failure(
          Exit::scenario_invalid,
          fmt::format("{}: decoder '{}' has {} units and sees all of them at once, which is possible for up to "
                      "{}",
                      spec.plugin.at.text(), spec.name, populations_.back()->size(), max_chunk));
    ports_.emplace_back(populations_.back()->unit().n_inputs);
  }
}

void Simulation::add_coupling(const ProjectionSpec& spec) {
  const size_t n = brain_.n_regions();
  std::vector<uint32_t> delay;
  require_lengths(spec, brain_);
  if (spec.velocity_m_per_s || spec.delay_ms)
    for (size_t k = 0; k < n * n; ++k)
      delay.push_back(static_cast<uint32_t>(
          delay_in_steps(spec, spec.velocity_m_per_s ? brain_.connectome.lengths_mm[k] : 0, scenario_.dt_ms, 0)));
  const auto is_source = regions_matching(brain_, spec.from_region),
             is_target = regions_matching(brain_, spec.to_region);
  std::vector<double> weights = brain_.connectome.weights;
  for (size_t t = 0; t < n; ++t)
    for (size_t s = 0; s < n; ++s)
      if (!is_source[s] || !is_target[t]) weights[t * n + s] = 0;
  const auto& source = *populations_[spec.from];
  const auto is_direct = [&](const Population& p) { return p.element() == EG_F64 && p.has_one_unit_per_region(); };
  couplings_.push_back({spec.from, spec.to, spec.port, source.unit().outputs[0].exposes, is_direct(source),
                        is_direct(*populations_[spec.to]),
                        RateCoupling(weights, n, n, delay, spec.global_coupling * spec.rule.value),
                        std::vector<double>(n), AlignedVector<double>(n)});
}

Wiring Simulation::wiring_of(size_t i) const {
  const auto& spec = scenario_.projections[i];
  return {spec,   *populations_[spec.from], *populations_[spec.to],
          brain_, scenario_.dt_ms,          eg::mix_key(scenario_.seeds.wiring, "projection", i)};
}

// The synapses to be drawn, plastic ones being drawn at once.
std::vector<Connection> Simulation::draw_connections() {
  std::vector<Connection> out;
  spike_ports_.reserve(scenario_.projections.size());  // connections point at them
  for (size_t i = 0; i < scenario_.projections.size(); ++i) {
    const auto& spec = scenario_.projections[i];
    if (spec.rule.kind == RuleKind::rate_per_weight) continue;
    const auto& from = *populations_[spec.from];
    const auto& to = *populations_[spec.to];
    Wiring wiring = wiring_of(i);
    if (spec.is_continuous) {
      continuous_paths_.push_back(
          {spec.from, spec.to, spec.port, from.unit().outputs[0].exposes,
           std::make_unique<ContinuousProjection>(spec, draw_synapses(wiring, from.size()), to.size())});
      continue;
    }
    auto& port = ports_[spec.to][spec.port];
    if (port.spike_port < 0) {
      port.spike_port = static_cast<int>(spike_ports_.size());
      spike_ports_.push_back({spec.to, spec.port, to.element(), {}});
    }
    if (!spec.plasticity.empty())
      plastic_paths_.push_back({spec.from, spec.to, spec.port, i, draw_synapses(wiring, from.size()), nullptr});
    else
      out.push_back({std::move(wiring), spec.from, &spike_ports_[static_cast<size_t>(port.spike_port)]});
  }
  return out;
}

void Simulation::build_plastic_paths() {
  for (auto& p : plastic_paths_) {
    p.projection =
        std::make_unique<PlasticProjection>(scenario_.projections[p.spec], p.from, p.to, p.drawn, *populations_[p.to],
                                            slices_.bound[p.to], paths_, scenario_.dt_ms);
    p.drawn = {};
  }
  size_t c = 0;
  for (const auto& spec : scenario_.projections) {
    if (!spec.is_continuous) continue;
    if (spec.follows)
      continuous_paths_[c].projection->follow(*plastic_path(spec.follows->projection, spec.at).projection);
    ++c;
  }
}

const Simulation::PlasticPath& Simulation::plastic_path(const std::string& name, const Position& at) const {
  for (const auto& p : plastic_paths_)
    if (scenario_.projections[p.spec].name == name) return p;
  throw Failure(Exit::scenario_invalid,
                fmt::format("{}: projection '{}' has no plasticity, so its weights are not at hand", at.text(), name));
}

SynapseEnds Simulation::ends_of(const SynapseRef& ref) const {
  const auto& path = plastic_path(ref.projection, ref.at);
  const Synapses all = path.projection->synapses();
  return {path.from, path.to, ref.source, all.target[synapse_at(all, ref)]};
}

void Simulation::add_weight_tracks() {
  for (size_t i = 0; i < scenario_.records.size(); ++i) {
    const auto& spec = scenario_.records[i];
    if (spec.weights_of.empty()) continue;
    const auto& path = plastic_path(spec.weights_of, spec.from.at);
    WeightTrack t{
        i, static_cast<uint64_t>(std::llround(spec.every_ms / scenario_.dt_ms)), 0, {}, path.projection.get()};
    const Synapses all = path.projection->synapses();
    for (const auto& ref : spec.synapses) t.synapse.push_back(&path.projection->weight(all, synapse_at(all, ref)));
    auto& units = records_[i].unit;
    for (size_t k = 0; k < std::max<size_t>(1, t.synapse.size()); ++k) units.push_back(static_cast<uint32_t>(k));
    for (const auto& ref : spec.synapses)
      records_[i].region.push_back(static_cast<int64_t>(populations_[path.from]->region_of(ref.source)));
    if (spec.synapses.empty()) records_[i].region.push_back(0);
    weight_tracks_.push_back(std::move(t));
  }
}

// Equal shares of every population, cut where groups of random numbers end. A decoder sees all its units at once.
void Simulation::cut_slices(unsigned n) {
  constexpr size_t grain = 64;
  slices_.n = n;
  for (size_t i = 0; i < populations_.size(); ++i) {
    const auto& p = populations_[i];
    auto& bound = slices_.bound.emplace_back();
    const bool is_whole = scenario_.populations[i].is_decoder();
    for (size_t s = 0; s < n; ++s)
      bound.push_back(s == 0 ? 0u : static_cast<uint32_t>(is_whole ? p->size() : p->size() * s / n / grain * grain));
    bound.push_back(static_cast<uint32_t>(p->size()));
  }
}

std::vector<uint32_t> Simulation::units_of(size_t population, const Selector& selector,
                                           const UnitSubset& subset) const {
  std::vector<uint32_t> out;
  const auto& spec = scenario_.populations[population];
  if (!glob_match(selector.population, spec.name, true) && !glob_match(selector.population, spec.short_name, true))
    return out;
  const auto in = regions_matching(brain_, selector.region);
  for (size_t r = 0; r < in.size(); ++r) {
    const auto [first, last] = populations_[population]->units_of_region()[r];
    if (!in[r] || first == last) continue;
    std::vector<uint32_t> chosen(last - first);
    std::iota(chosen.begin(), chosen.end(), 0u);
    if (subset.share) {
      eg::Random random(eg::mix_key(scenario_.seeds.wiring, "pattern " + subset.pattern, r), spec.name);
      random.shuffle(std::span(chosen));
      chosen.resize(static_cast<size_t>(std::llround(*subset.share * static_cast<double>(chosen.size()))));
      std::ranges::sort(chosen);
    } else if (!subset.units.empty()) {
      chosen = subset.units;
      std::ranges::sort(chosen);
      if (chosen.back() >= last - first)
        throw Failure(Exit::scenario_invalid,
                      fmt::format("{}: there is no unit {} in population '{}', which has {} units per region, numbered "
                                  "from 0",
                                  selector.at.text(), chosen.back(), spec.name, last - first));
    }
    for (const uint32_t u : chosen) out.push_back(first + u);
  }
  return out;
}

size_t Simulation::port_for(size_t population, const std::string& name, bool from_spikes, double sign,
                            const Position& at) const {
  Diagnostics d;
  const auto port = choose_port(scenario_.populations[population], name, from_spikes, sign, at, d);
  d.throw_if_any();
  return *port;
}

namespace {

[[noreturn]] void matches_nothing(const Selector& to) {
  throw Failure(Exit::scenario_invalid, fmt::format("{}: no region matches '{}'", to.at.text(), to.region));
}

}  // namespace

void Simulation::add_encoder(const EncoderSpec& spec, size_t index) {
  bool any = false;
  for (size_t p = 0; p < populations_.size(); ++p) {
    auto units = units_of(p, spec.to, spec.subset);
    if (units.empty()) continue;
    any = true;
    const size_t port = port_for(p, spec.port, !spec.is_continuous(), 1.0, spec.to.at);
    std::vector<uint32_t> region;
    for (const uint32_t u : units) region.push_back(static_cast<uint32_t>(populations_[p]->region_of(u)));
    auto encoder = std::make_unique<Population>(fmt::format("{}[{}]", scenario_.populations[p].name, index),
                                                spec.plugin, std::move(region), brain_, scenario_.seeds, paths_,
                                                populations_[p]->element() == EG_F32,
                                                // all populations that one encoder feeds see its choices
                                                spec.stream.empty() ? fmt::format("[{}]", index) : spec.stream);
    const bool is_contiguous = units.back() - units.front() + 1 == units.size();
    if (spec.observes) loop_->connect_encoder(*encoder, *spec.observes);
    encoders_.push_back({p, port, index, std::move(units), is_contiguous, std::move(encoder),
                         std::vector<StepScratch>(slices_.n), &spec.name});
    ports_[p][port].is_driven = true;
  }
  if (!any) matches_nothing(spec.to);
}

void Simulation::add_stimulus(const StimulusSpec& spec) {
  bool any = false;
  const auto steps = [&](double ms) { return static_cast<uint64_t>(std::llround(ms / scenario_.dt_ms)); };
  for (size_t p = 0; p < populations_.size(); ++p) {
    auto units = units_of(p, spec.to, spec.subset);
    if (units.empty()) continue;
    any = true;
    const size_t port = port_for(p, spec.port, false, 1.0, spec.to.at);
    const uint64_t onset = steps(spec.onset_ms);
    stimuli_.push_back({p, port, std::move(units), onset, steps(spec.onset_ms + spec.duration_ms) - onset,
                        steps(spec.period_ms), spec.n_pulses, spec.amplitude, &spec.name});
    ports_[p][port].is_driven = true;
  }
  if (!any) matches_nothing(spec.to);
}

bool Simulation::Stimulus::is_on(uint64_t step) const {
  if (step < onset) return false;
  if (period == 0) return step - onset < duration;
  const uint64_t pulse = (step - onset) / period;
  return (n_pulses == 0 || pulse < n_pulses) && (step - onset) % period < duration;
}

// Lines "time_ms,unit" after a header; units count through what the selector means, population by population.
void Simulation::add_spike_train(const SpikeTrainSpec& spec) {
  struct Place {
    size_t train;
    uint32_t unit;
  };
  std::vector<Place> places;
  for (size_t p = 0; p < populations_.size(); ++p) {
    const auto units = units_of(p, spec.to, spec.subset);
    if (units.empty()) continue;
    const size_t port = port_for(p, spec.port, true, spec.weight, spec.at);
    for (const uint32_t u : units) places.push_back({spike_trains_.size(), u});
    spike_trains_.push_back({p, port, spec.weight, {}, &spec.name});
    ports_[p][port].is_driven = true;
  }
  if (places.empty()) matches_nothing(spec.to);
  std::ifstream in(spec.file);
  if (!in) throw Failure(Exit::data_unusable, fmt::format("{}: cannot read '{}'", spec.at.text(), spec.file.string()));
  std::string line;
  std::getline(in, line);
  for (size_t number = 2; std::getline(in, line); ++number) {
    double time_ms = 0;
    uint64_t unit = 0;
    char comma = 0;
    std::istringstream fields(line);
    const auto refuse = [&](const std::string& why) {
      throw Failure(Exit::data_unusable, fmt::format("{}:{}: {}", spec.file.string(), number, why));
    };
    if (line.empty() || line == "\r") continue;
    if (!(fields >> time_ms >> comma >> unit) || comma != ',') refuse("a spike is written time_ms,unit");
    if (unit >= places.size())
      refuse(fmt::format("there is no unit {}: '{}' selects {} units, numbered from 0", unit,
                         spec.to.region + "." + spec.to.population, places.size()));
    // A spike at t takes effect in the step that ends at t, like a spike of a population that arrives then.
    const auto step = std::llround(time_ms / scenario_.dt_ms) - 1;
    if (step < 0) refuse(fmt::format("a spike at {} ms would arrive before the first step ends", time_ms));
    spike_trains_[places[unit].train].event.emplace_back(static_cast<uint64_t>(step), places[unit].unit);
  }
  for (auto& train : spike_trains_) std::ranges::sort(train.event);
}

void Simulation::add_record(const RecordSpec& spec) {
  if (!spec.weights_of.empty()) {
    records_.push_back({&spec, {}, {}});  // see add_weight_tracks
    return;
  }
  const auto& population = *populations_[spec.population];
  const auto& names = scenario_.populations[spec.population];
  Selector selector = spec.from;
  selector.population = names.name;
  RecordedUnits r{&spec, units_of(spec.population, selector, {}), {}};
  for (const uint32_t u : r.unit) r.region.push_back(static_cast<int64_t>(population.region_of(u)));
  if (r.unit.empty()) matches_nothing(spec.from);
  if (spec.rates) {
    r.region.erase(std::unique(r.region.begin(), r.region.end()), r.region.end());
    r.unit.assign(r.region.begin(), r.region.end());
  }
  records_.push_back(std::move(r));
}

NetworkSize Simulation::size() const {
  NetworkSize out;
  for (const auto& p : populations_) out.n_units += p->size(), out.bytes += p->bytes();
  for (const auto& e : encoders_) out.bytes += e.encoder->bytes();
  for (const auto& f : fans_) out.n_synapses += f.n_synapses, out.synapse_bytes += f.bytes();
  for (const auto& p : plastic_paths_) {
    out.n_synapses += p.projection->n_synapses(), out.synapse_bytes += p.projection->synapse_bytes();
    out.bytes += p.projection->trace_bytes();
  }
  for (const auto& c : continuous_paths_) out.bytes += c.projection->bytes();
  if (loop_) out.bytes += loop_->bytes();
  out.bytes += out.synapse_bytes;
  for (const auto& s : slice_) out.bytes += s.arena[EG_F64].bytes() + s.arena[EG_F32].bytes();
  return out;
}

void Simulation::for_each_projection(bool only_plastic,
                                     const std::function<void(const ProjectionSpec&, const Synapses&)>& f) const {
  size_t plastic = 0, continuous = 0;
  for (size_t i = 0; i < scenario_.projections.size(); ++i) {
    const auto& spec = scenario_.projections[i];
    if (spec.rule.kind == RuleKind::rate_per_weight) continue;
    if (!spec.plasticity.empty())
      f(spec, plastic_paths_[plastic++].projection->synapses());
    else if (spec.is_continuous && (!only_plastic || spec.follows))
      f(spec, continuous_paths_[continuous].projection->synapses());
    else if (!only_plastic)
      f(spec, draw_synapses(wiring_of(i), populations_[spec.from]->size()));
    continuous += spec.is_continuous ? 1 : 0;
  }
}

}  // namespace encephagen
