// Builds a network from a scenario and steps it through time.
#include "engine/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "host/text.hpp"

namespace encephagen {

Simulation::Simulation(const Scenario& scenario, const Brain& brain, const PathResolver& paths)
    : scenario_(scenario), brain_(brain), paths_(paths) {
  const auto n_regions = static_cast<uint32_t>(brain.n_regions());
  for (const auto& spec : scenario.populations) {
    std::vector<uint32_t> region;
    for (uint32_t r = 0; r < n_regions; ++r) region.insert(region.end(), spec.n, r);
    populations_.push_back(
        std::make_unique<Population>(spec.name, spec.plugin, std::move(region), brain, scenario.seeds, paths));
  }
  for (size_t i = 0; i < scenario.projections.size(); ++i) {
    const auto& spec = scenario.projections[i];
    if (spec.rule.kind == RuleKind::rate_per_weight) {
      add_coupling(spec);
      continue;
    }
    auto synapses = connect(spec, *populations_[spec.from], *populations_[spec.to], brain, scenario.dt_ms,
                            eg::mix_key(scenario.seeds.wiring, "projection", i));
    ring_of(spec.to, spec.port, synapses.max_delay_steps());
    if (spec.plasticity.empty()) {
      spike_paths_.push_back({spec.from, spec.to, spec.port, std::move(synapses)});
    } else {
      auto plastic = std::make_unique<PlasticProjection>(spec, std::move(synapses), *populations_[spec.from],
                                                         *populations_[spec.to], paths);
      plastic_paths_.push_back({spec.from, spec.to, spec.port, std::move(plastic)});
    }
  }
  for (size_t i = 0; i < scenario.encoders.size(); ++i) add_encoder(scenario.encoders[i], i);
  for (const auto& spec : scenario.stimuli) add_stimulus(spec);
  for (const auto& spec : scenario.records) add_record(spec);

  const auto drive = [&](size_t population, size_t port) {
    const std::pair p{population, port};
    if (std::ranges::find(driven_ports_, p) == driven_ports_.end()) driven_ports_.push_back(p);
  };
  for (const auto& c : couplings_) drive(c.to, c.port);
  for (const auto& r : rings_) drive(r.population, r.port);
  for (const auto& s : stimuli_) drive(s.population, s.port);
  for (const auto& e : encoders_) drive(e.population, e.port);
}

void Simulation::add_coupling(const ProjectionSpec& spec) {
  const size_t n = brain_.n_regions();
  std::vector<uint32_t> delay;
  if (spec.velocity_m_per_s && brain_.connectome.lengths_mm.empty())
    throw Failure(Exit::scenario_invalid,
                  spec.at.text() +
                      ": the connectome has no tract lengths; give delay = { fixed_ms = ... } instead of a velocity");
  if (spec.velocity_m_per_s || spec.delay_ms)
    for (size_t k = 0; k < n * n; ++k)
      delay.push_back(static_cast<uint32_t>(
          delay_in_steps(spec, spec.velocity_m_per_s ? brain_.connectome.lengths_mm[k] : 0, scenario_.dt_ms, 0)));
  const auto& source = *populations_[spec.from];
  couplings_.push_back({spec.from, spec.to, spec.port, source.unit().outputs[0].exposes,
                        RateCoupling(brain_.connectome.weights, n, n, delay, spec.global_coupling * spec.rule.value),
                        std::vector<double>(n), std::vector<double>(n)});
}

ArrivalRing& Simulation::ring_of(size_t population, size_t port, size_t max_delay) {
  for (auto& r : rings_)
    if (r.population == population && r.port == port) {
      if (r.arrivals.n_slots() < max_delay + 1) r.arrivals = ArrivalRing(populations_[population]->size(), max_delay);
      return r.arrivals;
    }
  rings_.push_back({population, port, ArrivalRing(populations_[population]->size(), max_delay)});
  return rings_.back().arrivals;
}

std::vector<uint32_t> Simulation::units_of(size_t population, const Selector& selector) const {
  std::vector<uint32_t> out;
  if (!glob_match(selector.population, scenario_.populations[population].name, true)) return out;
  std::vector<bool> in(brain_.n_regions());
  for (const size_t r : brain_.select(selector.region)) in[r] = true;
  for (uint32_t u = 0; u < populations_[population]->size(); ++u)
    if (in[populations_[population]->region_of(u)]) out.push_back(u);
  return out;
}

void Simulation::add_encoder(const EncoderSpec& spec, size_t index) {
  bool any = false;
  for (size_t p = 0; p < populations_.size(); ++p) {
    const auto units = units_of(p, spec.to);
    if (units.empty()) continue;
    any = true;
    Diagnostics d;
    const auto port = choose_port(scenario_.populations[p], spec.port, true, 1.0, spec.to.at, d);
    d.throw_if_any();
    std::vector<uint32_t> region;
    for (const uint32_t u : units) region.push_back(static_cast<uint32_t>(populations_[p]->region_of(u)));
    auto encoder = std::make_unique<Population>(fmt::format("{}[{}]", scenario_.populations[p].name, index),
                                                spec.plugin, std::move(region), brain_, scenario_.seeds, paths_);
    encoders_.push_back({p, *port, units, std::move(encoder)});
  }
  if (!any)
    throw Failure(Exit::scenario_invalid, fmt::format("{}: no region matches '{}'", spec.to.at.text(), spec.to.region));
}

void Simulation::add_stimulus(const StimulusSpec& spec) {
  bool any = false;
  for (size_t p = 0; p < populations_.size(); ++p) {
    auto units = units_of(p, spec.to);
    if (units.empty()) continue;
    any = true;
    Diagnostics d;
    const auto port = choose_port(scenario_.populations[p], spec.port, false, 1.0, spec.to.at, d);
    d.throw_if_any();
    stimuli_.push_back(
        {p, *port, std::move(units), static_cast<uint64_t>(std::llround(spec.onset_ms / scenario_.dt_ms)),
         static_cast<uint64_t>(std::llround((spec.onset_ms + spec.duration_ms) / scenario_.dt_ms)), spec.amplitude});
  }
  if (!any)
    throw Failure(Exit::scenario_invalid, fmt::format("{}: no region matches '{}'", spec.to.at.text(), spec.to.region));
}

void Simulation::add_record(const RecordSpec& spec) {
  RecordedUnits r{&spec, units_of(spec.population, spec.from), {}};
  const auto& population = *populations_[spec.population];
  for (const uint32_t u : r.unit) r.region.push_back(static_cast<int64_t>(population.region_of(u)));
  if (r.unit.empty())
    throw Failure(Exit::scenario_invalid,
                  fmt::format("{}: no region matches '{}'", spec.from.at.text(), spec.from.region));
  records_.push_back(std::move(r));
}

NetworkSize Simulation::size() const {
  NetworkSize out;
  for (const auto& p : populations_) {
    out.n_units += p->size();
    out.bytes += p->size() * 8 * (p->unit().n_state + p->unit().n_inputs + p->unit().n_random);
  }
  const auto count = [&](const Synapses& s) {
    out.n_synapses += s.size();
    out.bytes += s.size() * (4 + (s.weight.empty() ? 0 : 8) + (s.delay_steps.empty() ? 0 : 2)) + s.row_begin.size() * 8;
  };
  for (const auto& p : spike_paths_) count(p.synapses);
  for (const auto& p : plastic_paths_) count(p.projection->synapses());
  for (const auto& r : rings_) out.bytes += r.arrivals.n_slots() * populations_[r.population]->size() * 8;
  return out;
}

void Simulation::init() {
  for (auto& p : populations_) p->init(scenario_.dt_ms);
  for (auto& e : encoders_) e.encoder->init(scenario_.dt_ms);
  for (auto& p : plastic_paths_) p.projection->init(scenario_.dt_ms);
}

void Simulation::gather_inputs(uint64_t k) {
  for (const auto& [population, port] : driven_ports_) std::ranges::fill(populations_[population]->input(port), 0.0);
  for (auto& c : couplings_) {
    const auto& from = *populations_[c.from];
    auto& port = populations_[c.to]->input(c.port);
    const auto& output = from.state(c.output);
    const size_t source_units = from.units_per_region(), target_units = populations_[c.to]->units_per_region();
    if (source_units == 1) {
      c.matrix.push(output);
    } else {
      for (size_t r = 0; r < c.activity.size(); ++r) {
        double sum = 0;
        for (size_t u = 0; u < source_units; ++u) sum += output[r * source_units + u];
        c.activity[r] = sum / static_cast<double>(source_units);
      }
      c.matrix.push(c.activity);
    }
    if (target_units == 1) {
      c.matrix.compute(port);
    } else {
      std::ranges::fill(c.input, 0.0);
      c.matrix.compute(c.input);
      for (size_t u = 0; u < port.size(); ++u) port[u] += c.input[u / target_units];
    }
  }
  for (auto& p : plastic_paths_) p.projection->arrive(k, scenario_.dt_ms, ring_of(p.to, p.port, 0).slot(k));
  for (auto& r : rings_) r.arrivals.drain(k, populations_[r.population]->input(r.port));
  for (const auto& s : stimuli_)
    if (k >= s.from_step && k < s.to_step)
      for (const uint32_t u : s.unit) populations_[s.population]->input(s.port)[u] += s.amplitude;
  for (auto& e : encoders_) {
    e.encoder->step(k, scenario_.dt_ms);
    auto& port = populations_[e.population]->input(e.port);
    for (uint32_t o = 0; o < e.encoder->unit().n_outputs; ++o) {
      const auto& out = e.encoder->state(e.encoder->unit().outputs[o].exposes);
      for (size_t i = 0; i < e.unit.size(); ++i) port[e.unit[i]] += out[i];
    }
  }
}

void Simulation::step(uint64_t k) {
  gather_inputs(k);
  for (auto& p : populations_) p->step(k, scenario_.dt_ms);
  for (auto& p : spike_paths_) deliver(p.synapses, populations_[p.from]->spikes(), k, ring_of(p.to, p.port, 0));
  for (auto& p : plastic_paths_) {
    p.projection->queue(populations_[p.from]->spikes(), k);
    p.projection->fired(populations_[p.to]->spikes(), k, scenario_.dt_ms);
  }
}

bool Simulation::run(const RecordSink& sink) {
  constexpr size_t rows_per_block = 512;
  struct Buffer {
    uint64_t every = 1;
    std::vector<double> time_ms, rows;
    std::vector<int64_t> unit;
    std::vector<bool> wanted;  // spikes: by unit
  };
  std::vector<Buffer> buffers(records_.size());
  for (size_t i = 0; i < records_.size(); ++i) {
    const auto& r = records_[i];
    buffers[i].every = static_cast<uint64_t>(std::llround(r.spec->every_ms / scenario_.dt_ms));
    if (!r.spec->spikes) continue;
    buffers[i].wanted.assign(populations_[r.spec->population]->size(), false);
    for (const uint32_t u : r.unit) buffers[i].wanted[u] = true;
  }
  const auto flush = [&](size_t i) {
    auto& b = buffers[i];
    if (b.time_ms.empty()) return;
    if (records_[i].spec->spikes)
      sink.spikes(i, b.time_ms, b.unit);
    else
      sink.signal(i, b.time_ms, b.rows);
    b.time_ms.clear(), b.rows.clear(), b.unit.clear();
  };

  init();
  const uint64_t n = scenario_.n_steps(), transient = scenario_.n_transient_steps();
  for (uint64_t k = 0; k < n; ++k) {
    step(k);
    const double t_ms = static_cast<double>(k + 1) * scenario_.dt_ms;
    for (auto& p : populations_) p->check_finite(t_ms);
    for (size_t i = 0; k >= transient && i < records_.size(); ++i) {
      const auto& r = records_[i];
      auto& b = buffers[i];
      const auto& population = *populations_[r.spec->population];
      if (r.spec->spikes) {
        for (const uint32_t u : population.spikes())
          if (b.wanted[u]) b.time_ms.push_back(t_ms), b.unit.push_back(u);
      } else if ((k + 1 - transient) % b.every == 0) {
        b.time_ms.push_back(t_ms);
        const auto& column = population.state(r.spec->state);
        if (r.unit.size() == column.size())
          b.rows.insert(b.rows.end(), column.begin(), column.end());
        else
          for (const uint32_t u : r.unit) b.rows.push_back(column[u]);
      }
      if (b.time_ms.size() >= (r.spec->spikes ? size_t{65536} : rows_per_block)) flush(i);
    }
    if (sink.progress && (k & 0x3FF) == 0x3FF && !sink.progress(static_cast<double>(k + 1) / static_cast<double>(n)))
      return false;
  }
  for (size_t i = 0; i < records_.size(); ++i) flush(i);
  return true;
}

}  // namespace encephagen
