// Steps a network through time: the second half of Simulation.
#include "engine/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "encephagen/sdk/random.hpp"
#include "engine/lane_loops.hpp"
#include "host/floating_point_state.hpp"

namespace encephagen {
namespace {

using Clock = std::chrono::steady_clock;
double seconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// Rates are watched in windows of this length.
constexpr double watch_ms = 50;

}  // namespace

void Simulation::init() {
  const FlushSubnormals flush;
  delivered_until_ = 0;
  for (auto& slice : slice_) {
    for (auto& arena : slice.arena) arena.clear();
    for (auto& delivery : slice.deliveries) delivery.restart();
  }
  for (auto& c : couplings_) c.matrix.restart();
  std::ranges::fill(watched_spikes_, 0);
  watched_from_ = 0;
  recorder_ = std::make_unique<Recorder>(scenario_, populations_, records_, schedule_, block_steps_);
  ended_early_ = false;
  if (loop_) loop_->init();
  for (auto& p : populations_) p->init(scenario_.dt_ms);
  for (auto& e : encoders_) e.encoder->init(scenario_.dt_ms);
  for (auto& p : plastic_paths_) p.projection->init();
  for (auto& c : continuous_paths_) c.projection->restart();
  if (modulators_) modulators_->init();
  history_->clear();
  begin_phase(0);
}

void Simulation::choose_inputs(const PhaseSpec& phase) {
  for (auto& s : stimuli_) s.acts = is_chosen(phase.inputs, *s.name);
  for (auto& e : encoders_) e.acts = is_chosen(phase.inputs, *e.name);
  for (auto& t : spike_trains_) t.acts = is_chosen(phase.inputs, *t.name);
}

// What acts in the phase that begins, and its noise.
void Simulation::begin_phase(uint64_t step) {
  const auto* phase = schedule_.phases()[schedule_.phase_at(step)].spec;
  episode_start_ = step;
  const bool has_own = phase && !phase->noise.empty();
  const uint64_t seed = has_own ? eg::mix_key(scenario_.seeds.noise, "phase " + phase->noise) : scenario_.seeds.noise;
  if (loop_) loop_->begin_phase(phase, seed, has_own);
  if (!phase) return;
  choose_inputs(*phase);
  if (modulators_) modulators_->set_active(phase->inputs);
  for (auto& p : plastic_paths_) p.projection->set_active(phase->plasticity, step);
  for (auto& p : populations_) p->set_noise(seed, has_own ? step : 0);
  for (auto& e : encoders_) e.encoder->set_noise(seed, has_own ? step : 0);
}

void Simulation::begin_episode(uint64_t step) {
  if (schedule_.begins_phase(step)) begin_phase(step);
  episode_start_ = step;
  for (auto& e : encoders_) e.encoder->set_time_origin(step);
  if (loop_) loop_->begin_episode(step);
  const auto* phase = schedule_.phases()[schedule_.phase_at(step)].spec;
  if (!phase || !phase->reset || step == 0) return;
  for (auto& slice : slice_) {
    for (auto& arena : slice.arena) arena.clear();
    for (auto& delivery : slice.deliveries) delivery.restart();
  }
  history_->clear();
  delivered_until_ = step;
  for (auto& c : couplings_) c.matrix.restart();
  for (auto& c : continuous_paths_) c.projection->restart();
  for (auto& p : populations_) p->init(scenario_.dt_ms);
  for (auto& e : encoders_) e.encoder->init(scenario_.dt_ms);
  for (auto& p : plastic_paths_) p.projection->restart(step);
  if (modulators_) modulators_->restart();
}

// Where bodies ended an episode early, rules have not yet learnt from all of it.
void Simulation::finish_episode() {
  if (!ended_early_) return;
  ended_early_ = false;
  for (auto& p : plastic_paths_)
    p.projection->finish_episode(done_until_ - 1, modulators_ ? modulators_->values(done_until_ - 1) : nullptr);
}

void Simulation::meet(uint64_t step, const std::function<void(size_t)>& phase_done) {
  const bool begins = schedule_.begins_episode(step);
  if (loop_ && !begins) loop_->advance(step, step - episode_start_);
  if (step > 0 && schedule_.begins_phase(step) && phase_done) phase_done(schedule_.phase_at(step) - 1);
  if (begins) begin_episode(step);
  if (has_serial_part_) serial_part(step);
}

// What needs all units of the last step at once: couplings of region means, plastic synapses.
void Simulation::serial_part(uint64_t k) {
  for (auto& c : couplings_) {
    const auto& from = *populations_[c.from];
    const auto& output = from.state(c.output);
    const auto& units = from.units_of_region();
    if (c.is_read_directly) {
      c.matrix.push(output.as<double>());
    } else {
      for (size_t r = 0; r < c.activity.size(); ++r) {
        double sum = 0;
        for (uint32_t u = units[r].first; u < units[r].second; ++u) sum += output[u];
        const uint32_t n = units[r].second - units[r].first;
        c.activity[r] = n > 0 ? sum / static_cast<double>(n) : 0;
      }
      c.matrix.push(c.activity);
    }
    c.matrix.compute(c.input);
  }
  for (auto& c : continuous_paths_) {
    const auto& output = populations_[c.from]->state(c.output);
    with_real(output.element(), [&](auto real) { c.projection->step(output.as<decltype(real)>()); });
  }
  if (modulators_)
    modulators_->advance(
        delivered_until_, k, k + block_steps_, *history_,
        [&](size_t m) {
          const auto& [population, state] = *scenario_.modulators[m].follows;
          const auto& column = populations_[population]->state(state);
          double sum = 0;
          for (size_t u = 0; u < column.size(); ++u) sum += column[u];
          return sum / static_cast<double>(column.size());
        },
        [&](size_t m) { return loop_->earned(scenario_.modulators[m], k); });
}

// What arrives at plastic synapses in `step`, and what their rules make of it.
void Simulation::arrive_plastic(size_t s, uint64_t step) {
  const double* modulators = modulators_ ? modulators_->values(step) : nullptr;
  for (auto& p : plastic_paths_) {
    const auto& port = spike_ports_[static_cast<size_t>(ports_[p.to][p.port].spike_port)];
    with_real(port.element, [&](auto real) {
      using Real = decltype(real);
      p.projection->arrive(s, *history_, step, modulators,
                           slice_[s].arena[port.element].slot<Real>(step) + port.base[s]);
    });
  }
}

void Simulation::deliver(size_t s, uint64_t from, uint64_t to) {
  for (auto& p : plastic_paths_) p.projection->queue(s, *history_, delivered_until_, from);
  for (size_t f = 0; f < fans_.size(); ++f)
    slice_[s].deliveries[f].deliver(*history_, delivered_until_, from, to, slice_[s].arena[fans_[f].element]);
}

template <class Real>
void Simulation::add_encoder_output(EncoderPath& e, size_t s, size_t first, size_t n, uint64_t step, Real* to) {
  const auto begin =
      static_cast<size_t>(e.is_contiguous ? std::clamp<int64_t>(static_cast<int64_t>(first) - e.unit.front(), 0,
                                                                static_cast<int64_t>(e.unit.size()))
                                          : std::ranges::lower_bound(e.unit, first) - e.unit.begin());
  const auto end =
      static_cast<size_t>(e.is_contiguous ? std::clamp<int64_t>(static_cast<int64_t>(first + n) - e.unit.front(), 0,
                                                                static_cast<int64_t>(e.unit.size()))
                                          : std::ranges::lower_bound(e.unit, first + n) - e.unit.begin());
  if (begin == end) return;
  if (e.is_contiguous && e.encoder->has_sum() && std::is_same_v<Real, float> == (e.encoder->element() == EG_F32)) {
    e.encoder->step(begin, end - begin, step, scenario_.dt_ms, nullptr, e.scratch[s], to + (e.unit[begin] - first));
    return;
  }
  e.encoder->step(begin, end - begin, step, scenario_.dt_ms, nullptr, e.scratch[s]);
  for (uint32_t o = 0; o < e.encoder->unit().n_outputs; ++o) {
    const std::byte* out = e.encoder->after_step(e.encoder->unit().outputs[o].exposes, begin, e.scratch[s]);
    with_real(e.encoder->element(), [&](auto own) {
      const auto* from = reinterpret_cast<const decltype(own)*>(out);
      if (e.is_contiguous) {
        Real* const at = to + (e.unit[begin] - first);
        if constexpr (std::is_same_v<Real, decltype(own)>)
          add_to(at, from, end - begin);
        else
          for (size_t i = 0; i < end - begin; ++i) at[i] += static_cast<Real>(from[i]);
      } else {
        for (size_t i = 0; i < end - begin; ++i) to[e.unit[begin + i] - first] += static_cast<Real>(from[i]);
      }
    });
  }
}

// Everything that acts on a chunk besides synapses, added to the inputs of `step`.
void Simulation::add_inputs(size_t s, size_t population, size_t first, size_t n, uint64_t step) {
  auto& slice = slice_[s];
  const auto& p = *populations_[population];
  with_real(p.element(), [&](auto real) {
    using Real = decltype(real);
    const auto port = [&](size_t k) { return reinterpret_cast<Real*>(const_cast<double*>(slice.input_pointers[k])); };
    for (const auto& c : couplings_) {
      if (c.to != population) continue;
      const double* const input = c.input.data() + first;
      if (c.is_written_directly && slice.input_pointers[c.port] == input) continue;
      if (c.is_written_directly)
        add_to(reinterpret_cast<double*>(port(c.port)), input, n);
      else
        for (size_t u = 0; u < n; ++u) port(c.port)[u] += static_cast<Real>(c.input[p.region_of(first + u)]);
    }
    for (const auto& c : continuous_paths_) {
      if (c.to != population) continue;
      const double* const input = c.projection->arriving().data() + first;
      for (size_t u = 0; u < n; ++u) port(c.port)[u] += static_cast<Real>(input[u]);
    }
    for (const auto& stimulus : stimuli_) {
      if (stimulus.population != population || !stimulus.acts || !stimulus.is_on(step - episode_start_)) continue;
      for (auto u = std::ranges::lower_bound(stimulus.unit, first); u != stimulus.unit.end() && *u < first + n; ++u)
        port(stimulus.port)[*u - first] += static_cast<Real>(stimulus.amplitude);
    }
    for (const auto& train : spike_trains_) {
      if (train.population != population || !train.acts) continue;
      const std::pair<uint64_t, uint32_t> from{step, static_cast<uint32_t>(first)},
          to{step, static_cast<uint32_t>(first + n)};
      for (auto e = std::ranges::lower_bound(train.event, from); e != train.event.end() && *e < to; ++e)
        port(train.port)[e->second - first] += static_cast<Real>(train.weight);
    }
    for (const auto& injected : injections_) {
      if (injected.population != population || step < injected.from || step >= injected.to) continue;
      for (auto u = std::ranges::lower_bound(injected.unit, first); u != injected.unit.end() && *u < first + n; ++u)
        port(injected.port)[*u - first] += static_cast<Real>(injected.amplitude);
    }
    for (auto& e : encoders_)
      if (e.population == population && e.acts) add_encoder_output<Real>(e, s, first, n, step, port(e.port));
  });
}

void Simulation::step_chunk(size_t s, size_t population, size_t first, size_t n, uint64_t step, uint64_t block) {
  auto& slice = slice_[s];
  auto& p = *populations_[population];
  const auto& ports = ports_[population];
  const size_t bytes = n * element_size(p.element());
  const auto arriving = [&](const Port& port) {
    const auto& spike_port = spike_ports_[static_cast<size_t>(port.spike_port)];
    return slice.arena[p.element()].at(step, spike_port.base[s] + first - slices_.first(population, s));
  };
  slice.input_pointers.resize(ports.size());
  if (slice.input.size() < ports.size()) slice.input.resize(ports.size(), AlignedVector<double>(max_chunk));
  bool is_driven = false;
  for (size_t k = 0; k < ports.size(); ++k) {
    is_driven |= ports[k].is_driven;
    if (ports[k].spike_port >= 0) {
      slice.input_pointers[k] = reinterpret_cast<const double*>(arriving(ports[k]));
    } else if (ports[k].coupling >= 0) {
      slice.input_pointers[k] = couplings_[static_cast<size_t>(ports[k].coupling)].input.data() + first;
    } else if (ports[k].is_driven) {
      std::memset(slice.input[k].data(), 0, bytes);
      slice.input_pointers[k] = slice.input[k].data();
    } else {
      slice.input_pointers[k] = nothing_.data();
    }
  }
  if (is_driven) {
    if (measures_input_ && step % 16 == 0) {
      const auto start = Clock::now();
      add_inputs(s, population, first, n, step);
      slice.times.input_s += 16 * seconds(start, Clock::now());
    } else {
      add_inputs(s, population, first, n, step);
    }
  }
  const uint32_t n_spikes = p.step(first, n, step, scenario_.dt_ms, slice.input_pointers.data(), slice.scratch);
  if (n_spikes > 0) {
    auto& spikes = history_->of(population, s, step);
    for (uint32_t k = 0; k < n_spikes; ++k) spikes.push_back(static_cast<uint32_t>(first) + slice.scratch.spikes[k]);
    slice.times.spikes += n_spikes;
  }
  for (const Port& port : ports)
    if (port.spike_port >= 0) std::memset(arriving(port), 0, bytes);  // the slot's next use starts from nothing
  if (recorder_->samples(population)) recorder_->sample(population, first, n, step, block);
  if ((step + 1) % check_every_ == 0) p.check_finite(first, n, static_cast<double>(step + 1) * scenario_.dt_ms);
}

void Simulation::update(size_t s, uint64_t from, uint64_t to, uint64_t block) {
  for (size_t p = 0; p < populations_.size(); ++p)
    if (populations_[p]->unit().can_spike)
      for (uint64_t step = from; step < to; ++step) history_->of(p, s, step).clear();
  const auto step_units = [&](uint64_t first_step, uint64_t last_step, size_t chunk) {
    for (size_t p = 0; p < populations_.size(); ++p)
      for (size_t first = slices_.first(p, s); first < slices_.last(p, s); first += chunk)
        for (uint64_t step = first_step; step < last_step; ++step)
          step_chunk(s, p, first, std::min<size_t>(chunk, slices_.last(p, s) - first), step, block);
  };
  if (plastic_paths_.empty()) {
    // A chunk is stepped through the whole block while its state is in the first-level cache; where a block is one
    // step, larger chunks save calls.
    step_units(from, to, to - from > 1 ? max_chunk / 4 : max_chunk);
    return;
  }
  // Weights that arrive depend on the spikes of the step before.
  for (uint64_t step = from; step < to; ++step) {
    arrive_plastic(s, step);
    step_units(step, step + 1, max_chunk);
    for (auto& p : plastic_paths_)
      p.projection->fired(s, *history_, step, modulators_ ? modulators_->values(step) : nullptr);
  }
}

// A population whose mean rate is above runaway_hz for a window ends the run.
void Simulation::watch_rates(uint64_t from, uint64_t to) {
  if (scenario_.runaway_hz <= 0 || !has_spikes_) return;
  const auto window = std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(watch_ms / scenario_.dt_ms)));
  const bool is_due = to / window != from / window;  // blocks end where they end
  const double watched_ms = static_cast<double>(to - watched_from_) * scenario_.dt_ms;
  for (size_t p = 0; p < populations_.size(); ++p) {
    for (size_t s = 0; s < slices_.n; ++s)
      for (uint64_t step = from; step < to; ++step) watched_spikes_[p] += history_->of(p, s, step).size();
    if (!is_due) continue;
    const double rate_hz =
        static_cast<double>(watched_spikes_[p]) / (static_cast<double>(populations_[p]->size()) * watched_ms * 1e-3);
    watched_spikes_[p] = 0;
    if (rate_hz > scenario_.runaway_hz)
      throw Failure(
          Exit::simulation_failed,
          fmt::format("population '{}' fired at {:.4g} Hz in the {:.4g} ms before t = {:.6g} ms, above runaway_hz = "
                      "{:g}: weaken excitation or raise [run] runaway_hz",
                      populations_[p]->name(), rate_hz, watched_ms, static_cast<double>(to) * scenario_.dt_ms,
                      scenario_.runaway_hz));
  }
  if (is_due) watched_from_ = to;
}

void Simulation::step(uint64_t k) {
  const FlushSubnormals flush;
  if (needs_meeting(k)) meet(k, {});
  for (size_t s = 0; s < slices_.n; ++s) deliver(s, k, k + 1), update(s, k, k + 1, k);
  delivered_until_ = k;
}

// Weights as they are after the step before. Sums run over synapses in one order, however they are cut.
void Simulation::record_weights(uint64_t step, const RecordSink& sink) {
  for (auto& t : weight_tracks_) {
    if (step == 0) t.next = 0;
    if (step < t.next) continue;
    t.next = (step / t.every + 1) * t.every;
    if (step < scenario_.n_transient_steps()) continue;
    if (step < scenario_.n_steps() &&
        !is_recorded(records_[t.record].spec->phases, schedule_.phases()[schedule_.phase_at(step)].spec))
      continue;
    std::vector<double> row;
    for (const double* w : t.synapse) row.push_back(*w);
    if (row.empty()) {
      const Synapses all = t.projection->synapses();
      double sum = 0;
      for (const double w : all.weight) sum += w;
      row.push_back(sum / static_cast<double>(all.size()));
    }
    const double t_ms = static_cast<double>(step) * scenario_.dt_ms;
    sink.signal(t.record, {&t_ms, 1}, row);
  }
}

// Recordings and the watch on rates read whole blocks; who looks on hears of every piece.
void Simulation::take_over(const RecordSink& sink) {
  taken_until_ = done_until_;
  if (done_until_ == block_end_) {
    recorder_->collect(block_, done_until_, *history_, sink);
    watch_rates(block_, done_until_);
  }
  if (sink.stepped) sink.stepped(piece_, done_until_);
}

void Simulation::work(size_t s, uint64_t first, uint64_t until, Barrier& barrier, const RecordSink& sink,
                      const std::function<void(size_t)>& phase_done) {
  const FlushSubnormals flush;
  const uint64_t n_steps = scenario_.n_steps();
  auto& times = slice_[s].times;
  const auto attempt = [&](auto&& f) {
    try {
      f();
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (!failure_ || s < failed_slice_) failure_ = std::current_exception(), failed_slice_ = s;
      wants_end_ = true;
    }
  };
  // Reading the clock takes as long as stepping a few units: some blocks stand for all.
  const uint64_t timed_every = block_steps_ == 1 ? 64 : 8;
  const auto timed_weight = static_cast<double>(timed_every);
  for (uint64_t from = first; from < until; from = go_on_at_) {
    // Blocks begin at multiples of their length, wherever a piece of the run ends; what they need is done at their
    // start.
    const uint64_t block = from / block_steps_ * block_steps_, block_end = std::min(n_steps, block + block_steps_),
                   to = std::min(until, block_end);
    if (from == block && needs_meeting(from)) {
      if (s == 0 && !wants_end_)
        attempt([&] {
          finish_episode();
          if (is_checkpoint(from)) {
            next_checkpoint_ = (from / checkpoint_every_ + 1) * checkpoint_every_;
            next_step_ = from;
            checkpoint_(static_cast<double>(from) * scenario_.dt_ms);
          }
          if (!weight_tracks_.empty()) record_weights(from, sink);
          // Who hears of the end of a phase has been handed all of its recordings.
          if (from > 0 && schedule_.begins_phase(from) && phase_done) recorder_->flush(sink);
          meet(from, phase_done);
        });
      barrier.wait([&] { ends_ = wants_end_; });
      if (ends_) return;
    }
    const bool is_timed = from / block_steps_ % timed_every == 0;
    attempt([&] {
      const auto start = is_timed ? Clock::now() : Clock::time_point{};
      if (from == block) deliver(s, from, block_end);
      const auto middle = is_timed ? Clock::now() : start;
      update(s, from, to, block);
      if (!is_timed) return;
      times.deliver_s += timed_weight * seconds(start, middle);
      times.update_s += timed_weight * seconds(middle, Clock::now());
    });
    barrier.wait([&] {
      delivered_until_ = block;
      done_until_ = to;
      piece_ = from, block_ = block, block_end_ = block_end;
      ends_ = wants_end_;
      go_on_at_ = loop_ && to == block_end ? loop_->next_step(to, schedule_, block_steps_, n_steps) : to;
      ended_early_ = go_on_at_ > to;
    });
    if (ends_) return;
    // The others go on with the next block meanwhile: they write to other places than what is read here.
    if (s == 0)
      attempt([&] {
        const auto start = is_timed ? Clock::now() : Clock::time_point{};
        take_over(sink);
        if (sink.progress && (sink.stepped || to % 1024 < block_steps_ || to == n_steps) &&
            !sink.progress(static_cast<double>(to) / static_cast<double>(n_steps)))
          is_stopped_ = true, wants_end_ = true;
        if (is_timed) times.record_s += timed_weight * seconds(start, Clock::now());
      });
  }
}

bool Simulation::run(const RecordSink& sink, const std::function<void(size_t)>& phase_done) {
  begin();
  return advance(scenario_.n_steps(), sink, phase_done);
}

void Simulation::begin() {
  if (!is_loaded_) {
    undo_changes();
    init();
    next_step_ = 0;
  }
  is_loaded_ = is_over_ = false;
  failure_ = nullptr;
  go_on_at_ = done_until_ = taken_until_ = next_step_;
  checkpoint_every_ =
      checkpoint_ ? static_cast<uint64_t>(std::llround(scenario_.checkpoint_every_ms / scenario_.dt_ms)) : 0;
  next_checkpoint_ = checkpoint_every_ > 0 ? (next_step_ / checkpoint_every_ + 1) * checkpoint_every_
                                           : std::numeric_limits<uint64_t>::max();
}

bool Simulation::advance(uint64_t until, const RecordSink& sink, const std::function<void(size_t)>& phase_done) {
  if (is_loaded_) begin();
  if (failure_) std::rethrow_exception(failure_);
  if (is_over_) return true;
  const uint64_t n_steps = scenario_.n_steps();
  until = std::min(until, n_steps);
  wants_end_ = ends_ = is_stopped_ = false;
  Barrier barrier(threads());
  if (const uint64_t first = next_step_; first < until) {
    std::vector<std::jthread> helpers;
    for (size_t s = 1; s < slices_.n; ++s)
      helpers.emplace_back([&, s] { work(s, first, until, barrier, sink, phase_done); });
    work(0, first, until, barrier, sink, phase_done);
  }
  if (failure_) std::rethrow_exception(failure_);
  // The others may have been a block ahead of the one who was told to stop.
  if (taken_until_ < done_until_) take_over(sink);
  next_step_ = go_on_at_;
  if (is_stopped_) {
    if (checkpoint_ && done_until_ < n_steps) {
      finish_episode();
      checkpoint_(static_cast<double>(next_step_) * scenario_.dt_ms);
    }
    return false;
  }
  if (next_step_ < n_steps) {
    recorder_->flush(sink);
    return true;
  }
  finish_episode();
  recorder_->flush(sink);
  record_weights(n_steps, sink);
  if (phase_done) phase_done(schedule_.phases().size() - 1);
  is_over_ = true;
  return true;
}

void Simulation::visit(StateArchive& a) {
  a(next_step_, delivered_until_, episode_start_, watched_spikes_, watched_from_);
  for (auto& p : populations_) a(*p);
  for (auto& e : encoders_) a(*e.encoder);
  for (auto& c : couplings_) a(c.matrix, c.input);
  for (auto& p : plastic_paths_) a(*p.projection);
  for (auto& c : continuous_paths_) a(*c.projection);
  if (modulators_) a(*modulators_);
  if (loop_) a(*loop_);
  for (auto& t : weight_tracks_) a(t.next);
  for (auto& s : slice_) a(s.arena[EG_F64], s.arena[EG_F32], s.deliveries);
  a(*history_, *recorder_);
  visit_changes(a);
}

void Simulation::save(std::ostream& to) {
  finish_episode();
  StateArchive a(to);
  visit(a);
}

void Simulation::load(std::istream& from) {
  undo_changes();
  init();
  StateArchive a(from);
  visit(a);
  is_loaded_ = true;
  // What a phase switches follows from the phase; its rules have their own state.
  const Schedule::Phase& phase = schedule_.phases()[schedule_.phase_at(next_step_)];
  if (!phase.spec || phase.first == next_step_) return;
  choose_inputs(*phase.spec);
}

PhaseTimes Simulation::phases() const {
  PhaseTimes out;
  for (const auto& s : slice_) {
    out.deliver_s += s.times.deliver_s;
    out.update_s += s.times.update_s;
    out.input_s += s.times.input_s;
    out.record_s += s.times.record_s;
    out.spikes += s.times.spikes;
    for (const auto& d : s.deliveries) out.synaptic_events += d.n_events();
  }
  for (const auto& p : plastic_paths_) out.synaptic_events += p.projection->n_events();
  out.update_s -= out.input_s;
  return out;
}

}  // namespace encephagen
