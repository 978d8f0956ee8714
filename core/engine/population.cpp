// Units of one unit-shaped plugin: the kernel's memory for them, and the calls into the plugin.
#include "engine/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string_view>

#include "encephagen/sdk/random.hpp"
#include "engine/lane_loops.hpp"
#include "engine/per_unit_values.hpp"
#include "engine/random_fill.hpp"
#include "host/unit_numbers.hpp"

namespace encephagen {
namespace {

// Random columns whose name starts so are filled for init only.
bool is_initial(const eg_column& c) { return std::string_view(c.name).starts_with("initial"); }

ParamValues checked_values(const PluginChoice& choice, const PathResolver& paths) {
  Diagnostics d;
  ParamValues values = param_values(choice, paths, d);
  d.throw_if_any();
  return values;
}

bool is_uniform(const std::vector<double>& values) {
  return std::ranges::all_of(values, [&](double x) { return x == values.front(); });
}

// Plugins of ABI 1.0 know double precision only; their table ends before `elements`.
bool works_in_single(const eg_unit& unit) {
  return unit.size >= offsetof(eg_unit, elements) + sizeof unit.elements && (unit.elements & (1u << EG_F32)) != 0;
}

}  // namespace

PluginInstance create_instance(const PluginChoice& choice, const PathResolver& paths) {
  const eg_plugin& plugin = *choice.found->plugin;
  try {
    return PluginInstance(plugin, checked_values(choice, paths));
  } catch (const PluginFailed& e) {
    throw Failure(Exit::scenario_invalid, fmt::format("{}: {} '{}' {} refuses its parameters: {}", choice.at.text(),
                                                      plugin.kind, plugin.name, plugin.version, e.what()));
  }
}

bool is_read_by_rules(const Scenario& s, size_t population) {
  return std::ranges::any_of(s.projections, [&](const ProjectionSpec& p) {
    return p.to == population && std::ranges::any_of(p.plasticity, [](const PlasticitySpec& rule) {
             return static_cast<const eg_edge*>(rule.plugin.found->plugin->table)->n_post_ports > 0;
           });
  });
}

Population::Population(std::string name, const PluginChoice& choice, std::vector<uint32_t> unit_region,
                       const Brain& brain, const StreamSeeds& seeds, const PathResolver& paths, bool single_precision,
                       const std::string& stream)
    : name_(std::move(name)),
      brain_(&brain),
      wiring_seed_(seeds.wiring),
      instance_(create_instance(choice, paths)),
      element_(single_precision && works_in_single(instance_.unit()) ? EG_F32 : EG_F64),
      unit_region_(std::move(unit_region)),
      units_of_region_(brain.n_regions(), {0, 0}) {
  const eg_unit& unit = instance_.unit();
  const eg_plugin& plugin = instance_.plugin();
  for (uint32_t u = 0; u < size(); ++u) {
    auto& [first, last] = units_of_region_[unit_region_[u]];
    if (last == 0) first = u;
    last = u + 1;
  }
  // A state that init forgets shows as NaN.
  for (uint32_t c = 0; c < unit.n_state; ++c) {
    const bool is_encoder = std::string_view(plugin.kind) == "encoder";
    is_added_to_.push_back(is_encoder && unit.state[c].accepts == EG_STATE_ADDED_TO);
    lasts_within_step_.push_back(is_added_to_[c] || (is_encoder && unit.state[c].accepts == EG_STATE_WITHIN_STEP));
    state_.emplace_back(lasts_within_step_[c] ? 0 : size(), element_, std::numeric_limits<double>::quiet_NaN(), c);
  }
  if (std::ranges::count(is_added_to_, true) == 1 && unit.n_outputs == 1 && is_added_to_[unit.outputs[0].exposes])
    sum_column_ = unit.outputs[0].exposes;
  for (uint32_t c = 0; c < unit.n_random; ++c)
    is_initial_.push_back(is_initial(unit.random[c])), has_noise_ = has_noise_ || !is_initial_[c];
  std::vector<const Column*> per_unit(plugin.n_params, nullptr);
  param_.reserve(plugin.n_params);
  constant_rate_.reserve(unit.n_random);
  const auto values = per_unit_params(choice);
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    if ((plugin.params[i].flags & EG_PARAM_PER_UNIT) == 0) continue;
    const auto& of_units = values[param_.size()];
    param_is_uniform_.push_back(is_uniform(of_units));
    per_unit[i] = &param_.emplace_back(of_units, element_, unit.n_state + param_.size());
  }
  poisson_rate_hz_.resize(unit.n_random);
  rate_is_constant_.assign(unit.n_random, false);
  for (uint32_t c = 0; c < unit.n_random; ++c) {
    const auto& column = unit.random[c];
    is_shared_.push_back(column.accepts == EG_RANDOM_SHARED);
    random_names_.push_back((is_shared_[c] && !stream.empty() ? "stream " + stream : name_) + "." + column.name);
    initial_keys_.push_back(eg::mix_key(seeds.initial, random_names_[c]));
    if (is_shared_[c] && column.random == EG_RANDOM_POISSON)
      fail("create", 0, fmt::format("random column '{}' is shared, but counts follow the rate of a unit", column.name));
    if (column.random != EG_RANDOM_POISSON || !column.rate_param) continue;
    const std::string_view wanted = column.rate_param;
    for (uint32_t s = 0; s < unit.n_state; ++s)
      if (wanted == unit.state[s].name) poisson_rate_hz_[c] = &state_[s];
    for (uint32_t i = 0; i < plugin.n_params; ++i) {
      if (wanted != plugin.params[i].name) continue;
      if (!per_unit[i]) constant_rate_param_.push_back(i);
      poisson_rate_hz_[c] = per_unit[i] ? per_unit[i]
                                        : &constant_rate_.emplace_back(
                                              size(), element_, choice.params.find(plugin.params[i].name)->number, 0);
    }
  }
  set_noise(seeds.noise, 0);
  for (uint32_t c = 0; c < unit.n_random; ++c)
    if (unit.random[c].random == EG_RANDOM_POISSON && !poisson_rate_hz_[c])
      fail("create", 0, fmt::format("random column '{}' names no rate parameter", unit.random[c].name));
}

bool Population::has_one_unit_per_region() const {
  for (uint32_t u = 0; u < size(); ++u)
    if (unit_region_[u] != u) return false;
  return size() == brain_->n_regions();
}

std::vector<std::vector<double>> Population::per_unit_params(const PluginChoice& choice) const {
  const eg_plugin& plugin = instance_.plugin();
  std::vector<std::vector<double>> out;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const auto& p = plugin.params[i];
    if ((p.flags & EG_PARAM_PER_UNIT) == 0) continue;
    auto& values = out.emplace_back(per_unit_values(*choice.params.find(p.name), p, *brain_, unit_region_,
                                                    eg::mix_key(wiring_seed_, name_ + "." + p.name)));
    for (size_t u = 0; u < values.size(); ++u) values[u] = numbered(p, values[u], u, values.size());
  }
  return out;
}

void Population::set_params(const PluginChoice& choice, const PathResolver& paths, double dt_ms) {
  PluginInstance instance = create_instance(choice, paths);
  const auto values = per_unit_params(choice);
  instance_ = std::move(instance);
  for (size_t k = 0; k < values.size(); ++k) {
    for (size_t u = 0; u < size(); ++u) param_[k].set(u, values[k][u]);
    param_is_uniform_[k] = is_uniform(values[k]);
  }
  for (size_t k = 0; k < constant_rate_.size(); ++k) {
    const double rate = choice.params.find(instance_.plugin().params[constant_rate_param_[k]].name)->number;
    for (size_t u = 0; u < size(); ++u) constant_rate_[k].set(u, rate);
  }
  // Only init knows which constants of a unit follow from parameters; what it does to other states is taken back.
  const eg_unit& unit = instance_.unit();
  std::vector<std::vector<std::byte>> kept(unit.n_state);
  for (uint32_t c = 0; c < unit.n_state; ++c) kept[c].assign(state_[c].data(), state_[c].at(state_[c].size()));
  rate_is_constant_.assign(unit.n_random, false);
  init(dt_ms);
  for (uint32_t c = 0; c < unit.n_state; ++c)
    if (unit.state[c].accepts != EG_STATE_SET_BY_INIT) std::ranges::copy(kept[c], state_[c].data());
}

void Population::set_noise(uint64_t noise_seed, uint64_t origin) {
  noise_origin_ = origin;
  random_keys_.clear();
  for (const auto& name : random_names_) random_keys_.push_back(eg::mix_key(noise_seed, name));
}

void Population::fill_random(size_t first, size_t n, uint64_t step, double dt_ms, StepScratch& scratch, bool is_init) {
  const eg_unit& unit = instance_.unit();
  if (scratch.random.size() < unit.n_random)
    scratch.random.resize(unit.n_random, AlignedVector<double>(max_chunk)), scratch.poisson.resize(unit.n_random);
  scratch.random_pointers.resize(unit.n_random);
  if (!has_noise_ && !is_init) return;
  for (uint32_t c = 0; c < unit.n_random; ++c) {
    double* const to = scratch.random[c].data();
    scratch.random_pointers[c] = to;
    if (is_initial_[c] && !is_init) continue;
    const uint64_t key = is_init ? initial_keys_[c] : random_keys_[c];
    const uint32_t kind = unit.random[c].random;
    if (kind == EG_RANDOM_POISSON) {
      // At init the rate may be a state that init has yet to write.
      if (is_init) std::fill_n(to, n, 0.0);
      if (!is_init)
        with_real(element_, [&](auto real) {
          using Real = decltype(real);
          const std::span<Real> counts{reinterpret_cast<Real*>(to), n};
          try {
            if (const auto& rate = *poisson_rate_hz_[c]; rate_is_constant_[c])
              fill_poisson(key, step, first, rate[0] * (dt_ms * 1e-3), counts, scratch.poisson[c]);
            else
              fill_poisson(key, step, first, rate.as<Real>().subspan(first, n), dt_ms * 1e-3, counts,
                           scratch.poisson[c]);
          } catch (const std::invalid_argument& e) {
            fail("step", static_cast<double>(step) * dt_ms, e.what());
          }
        });
      continue;
    }
    double* const drawn = element_ == EG_F32 ? scratch.random_double.data() : to;
    const auto fill = kind == EG_RANDOM_UNIFORM ? fill_uniform : fill_normal;
    if (is_shared_[c])
      fill(key, step, 0, {drawn, 1}), std::fill_n(drawn, n, *drawn);
    else
      fill(key, step, first, {drawn, n});
    if (element_ == EG_F32)
      for (size_t i = 0; i < n; ++i) reinterpret_cast<float*>(to)[i] = static_cast<float>(drawn[i]);
  }
}

uint32_t Population::call(size_t first, size_t n, uint64_t step, double dt_ms, const double* const* input,
                          StepScratch& scratch, bool is_init, void* sum) {
  const eg_unit& unit = instance_.unit();
  fill_random(first, n, step - (is_init ? 0 : noise_origin_), dt_ms, scratch, is_init);
  scratch.state.resize(unit.n_state);
  if (scratch.within_step.size() < unit.n_state) scratch.within_step.resize(unit.n_state);
  for (uint32_t c = 0; c < unit.n_state; ++c) {
    if (!lasts_within_step_[c]) {
      scratch.state[c] = reinterpret_cast<double*>(state_[c].at(first));
    } else if (sum && c == sum_column_) {
      scratch.state[c] = static_cast<double*>(sum);
    } else {
      if (scratch.within_step[c].empty()) scratch.within_step[c].resize(max_chunk);
      scratch.state[c] = scratch.within_step[c].data();
      if (is_added_to_[c]) std::memset(scratch.state[c], 0, n * element_size(element_));
    }
  }
  scratch.param.resize(param_.size());
  for (size_t k = 0; k < param_.size(); ++k) scratch.param[k] = reinterpret_cast<const double*>(param_[k].at(first));
  eg_unit_block block{};
  block.size = sizeof block;
  block.n = static_cast<uint32_t>(n);
  block.step = is_init ? 0 : step - time_origin_;
  block.t_ms = static_cast<double>(block.step) * dt_ms;
  if (observation_) {
    const auto& seen = !is_init && step == observation_->first_step ? observation_->first : observation_->later;
    block.shared_in = seen.data();
    block.n_shared_in = static_cast<uint32_t>(seen.size());
  }
  if (request_ && !is_init && (step + 1 - request_->origin) % request_->interval == 0) {
    block.shared_out = action_.data();
    block.n_shared_out = static_cast<uint32_t>(action_.size());
  }
  block.dt_ms = dt_ms;
  block.state = scratch.state.data();
  block.input = input;
  block.random = scratch.random_pointers.data();
  block.param = scratch.param.data();
  block.param_is_uniform = param_is_uniform_.data();
  block.spikes = scratch.spikes.data();
  block.element = element_;
  eg_error err;
  err.text[0] = '\0';
  const CallScope scope(instance_.plugin(), is_init ? "init" : "step");
  const eg_status status = (is_init ? unit.init : unit.step)(instance_.self(), &block, &err);
  if (status != EG_OK)
    fail(is_init ? "init" : "step", static_cast<double>(step) * dt_ms, err.text[0] ? err.text : "it gave no reason");
  return unit.can_spike ? block.n_spikes : 0;
}

void Population::init(double dt_ms) {
  StepScratch scratch;
  const AlignedVector<double> nothing(max_chunk, 0.0);
  const std::vector<const double*> input(instance_.unit().n_inputs, nothing.data());
  for (size_t first = 0; first < size(); first += max_chunk) {
    const size_t n = std::min(max_chunk, size() - first);
    call(first, n, 0, dt_ms, input.data(), scratch, true);
    check_finite(first, n, 0);
  }
  const eg_unit& unit = instance_.unit();
  for (uint32_t c = 0; c < unit.n_random; ++c) {
    const Column* rate = poisson_rate_hz_[c];
    if (!rate || rate->size() == 0) continue;
    const auto state = static_cast<size_t>(rate - state_.data());
    if (state < state_.size() && unit.state[state].accepts != EG_STATE_SET_BY_INIT) continue;
    rate_is_constant_[c] = true;
    for (size_t u = 0; u < size(); ++u) rate_is_constant_[c] = rate_is_constant_[c] && (*rate)[u] == (*rate)[0];
  }
}

void Population::check_finite(size_t first, size_t n, double t_ms) const {
  const eg_unit& unit = instance_.unit();
  for (uint32_t c = 0; c < unit.n_state; ++c) {
    if (unit.state[c].accepts != EG_STATE_KEPT && t_ms > 0) continue;  // cannot have changed, or is not kept
    if (lasts_within_step_[c]) continue;
    const bool is_finite =
        with_real(element_, [&](auto real) { return are_finite(state_[c].as<decltype(real)>().data() + first, n); });
    if (is_finite) continue;
    for (size_t u = first; u < first + n; ++u)
      if (const double x = state_[c][u]; !std::isfinite(x)) {
        const eg_plugin& p = instance_.plugin();
        throw Failure(Exit::simulation_failed,
                      fmt::format("population '{}.{}': neuron '{}' {} produced {} in state '{}' at t = {:.6g} ms; "
                                  "check its parameters and "
                                  "input, or make dt_ms smaller",
                                  brain_->connectome.labels[region_of(u)], name_, p.name, p.version,
                                  std::isnan(x) ? "a value that is not a number" : "an infinite value",
                                  unit.state[c].name, t_ms));
      }
  }
}

size_t Population::bytes() const {
  return size() * element_size(element_) * (state_.size() + param_.size()) + size() * sizeof(uint32_t);
}

void Population::fail(const char* call, double t_ms, const std::string& reason) const {
  const eg_plugin& p = instance_.plugin();
  throw Failure(Exit::simulation_failed, fmt::format("{} '{}': {} '{}' {} failed in {} at t = {:.6g} ms: {}",
                                                     std::string_view(p.kind) == "neuron" ? "population" : "input to",
                                                     name_, p.kind, p.name, p.version, call, t_ms, reason));
}

}  // namespace encephagen
