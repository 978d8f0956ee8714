// Units of one unit-shaped plugin: the kernel's memory for them, and the calls into the plugin.
#include "engine/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "encephagen/sdk/random.hpp"
#include "engine/random_fill.hpp"

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

PluginInstance create(const PluginChoice& choice, const PathResolver& paths) {
  const eg_plugin& plugin = *choice.found->plugin;
  try {
    return PluginInstance(plugin, checked_values(choice, paths));
  } catch (const PluginFailed& e) {
    throw Failure(Exit::scenario_invalid, fmt::format("{}: {} '{}' {} refuses its parameters: {}", choice.at.text(),
                                                      plugin.kind, plugin.name, plugin.version, e.what()));
  }
}

[[noreturn]] void refuse(const Node& value, const std::string& text) {
  throw Failure(Exit::scenario_invalid, value.at.text() + ": " + text);
}

}  // namespace

AlignedVector<double> per_unit_values(const Node& value, const eg_param& param, const Brain& brain,
                                      std::span<const uint32_t> unit_region, uint64_t key) {
  const size_t regions = brain.n_regions(), n = unit_region.size();
  AlignedVector<double> out(n);
  if (value.is_number()) {
    std::ranges::fill(out, value.number);
    return out;
  }
  if (value.is(Node::Kind::array)) {
    const size_t given = value.items.size();
    if (given != n && given != regions)
      refuse(value, fmt::format("'{}' lists {} values; it needs one per unit ({}) or one per region ({})", param.name,
                                given, n, regions));
    for (size_t u = 0; u < n; ++u) out[u] = value.items[given == n ? u : unit_region[u]].number;
    return out;
  }
  const auto bound = [&](const char* name, double otherwise) {
    const auto* b = value.find(name);
    return b ? b->number : otherwise;
  };
  if (const auto* name = value.find("attribute")) {
    const auto* attribute = brain.connectome.attribute(name->text);
    if (!attribute || attribute->numbers.empty()) {
      std::string known;
      for (const auto& a : brain.connectome.attributes)
        if (!a.numbers.empty()) known += (known.empty() ? "" : ", ") + a.name;
      refuse(*name, fmt::format("the connectome has no numeric attribute '{}'; it has: {}", name->text,
                                known.empty() ? "none" : known));
    }
    const auto [low, high] = std::ranges::minmax(attribute->numbers);
    const double to_low = bound("low", 0), to_high = bound("high", 0);
    for (size_t u = 0; u < n; ++u) {
      const double x = attribute->numbers[unit_region[u]];
      out[u] = high > low ? to_low + (to_high - to_low) * (x - low) / (high - low) : to_low;
    }
  } else {
    const double low = std::max(param.low, bound("low", param.low)),
                 high = std::min(param.high, bound("high", param.high));
    for (size_t u = 0; u < n; ++u) {
      eg::Random random(eg::mix_key(key, "unit", u));
      int tries = 0;
      do {  // values outside the bounds are drawn again
        if (const auto* d = value.find("normal"))
          out[u] = d->items[0].number + d->items[1].number * random.normal();
        else if (const auto* l = value.find("lognormal"))
          out[u] = l->items[0].number * std::exp(l->items[1].number * random.normal());
        else if (const auto* f = value.find("uniform"))
          out[u] = random.uniform(f->items[0].number, f->items[1].number);
        if (++tries > 1000)
          refuse(value, fmt::format("the distribution of '{}' hardly ever falls within its bounds [{}, {}]", param.name,
                                    low, high));
      } while (out[u] < low || out[u] > high);
    }
  }
  for (const double x : out)
    if (!(x >= param.low && x <= param.high))
      refuse(value, fmt::format("'{}' = {} is outside [{}, {}]", param.name, x, param.low, param.high));
  return out;
}

Population::Population(std::string name, const PluginChoice& choice, std::vector<uint32_t> unit_region,
                       const Brain& brain, const StreamSeeds& seeds, const PathResolver& paths)
    : name_(std::move(name)), brain_(&brain), instance_(create(choice, paths)), unit_region_(std::move(unit_region)) {
  const eg_unit& unit = instance_.unit();
  const eg_plugin& plugin = instance_.plugin();
  const auto columns = [&](std::vector<AlignedVector<double>>& to, uint32_t count, double value) {
    to.assign(count, AlignedVector<double>(size(), value));
  };
  // A state that init forgets shows as NaN.
  columns(state_, unit.n_state, std::numeric_limits<double>::quiet_NaN());
  columns(input_, unit.n_inputs, 0.0);
  columns(random_, unit.n_random, 0.0);
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const auto& p = plugin.params[i];
    if ((p.flags & EG_PARAM_PER_UNIT) == 0) continue;
    const Node* value = choice.params.find(p.name);
    param_.push_back(per_unit_values(*value, p, brain, unit_region_, eg::mix_key(seeds.wiring, name_ + "." + p.name)));
    param_is_uniform_.push_back(
        std::ranges::all_of(param_.back(), [&](double x) { return x == param_.back().front(); }));
  }
  poisson_mean_.resize(unit.n_random);
  for (uint32_t c = 0; c < unit.n_random; ++c) {
    const auto& column = unit.random[c];
    random_keys_.push_back(eg::mix_key(seeds.noise, name_ + "." + column.name));
    initial_keys_.push_back(eg::mix_key(seeds.initial, name_ + "." + column.name));
    if (column.random != EG_RANDOM_POISSON) continue;
    size_t per_unit = 0;
    for (uint32_t i = 0; i < plugin.n_params; ++i) {
      const auto& p = plugin.params[i];
      const bool varies = (p.flags & EG_PARAM_PER_UNIT) != 0;
      if (column.rate_param && std::string_view(p.name) == column.rate_param)
        poisson_mean_[c] =
            varies ? param_[per_unit] : AlignedVector<double>(size(), choice.params.find(p.name)->number);
      per_unit += varies;
    }
    if (poisson_mean_[c].empty())
      fail("create", 0, fmt::format("random column '{}' names no rate parameter", column.name));
  }
  spikes_.resize(unit.can_spike ? size() : 0);
  for (auto& c : state_) state_pointers_.push_back(c.data());
  for (auto& c : input_) input_pointers_.push_back(c.data());
  for (auto& c : random_) random_pointers_.push_back(c.data());
  for (auto& c : param_) param_pointers_.push_back(c.data());
}

void Population::fill_random(uint64_t step, bool for_init) {
  const eg_unit& unit = instance_.unit();
  for (uint32_t c = 0; c < unit.n_random; ++c) {
    if (for_init != is_initial(unit.random[c]) && !for_init) continue;
    const uint64_t key = for_init ? initial_keys_[c] : random_keys_[c];
    const std::span<double> out(random_[c]);
    switch (unit.random[c].random) {
      case EG_RANDOM_UNIFORM:
        fill_uniform(key, step, 0, out);
        break;
      case EG_RANDOM_POISSON:
        fill_poisson(key, step, 0, poisson_mean_[c], out);
        break;
      default:
        fill_normal(key, step, 0, out);
    }
  }
}

void Population::call(uint64_t step, double dt_ms, bool is_init) {
  const eg_unit& unit = instance_.unit();
  eg_unit_block block{};
  block.size = sizeof block;
  block.n = static_cast<uint32_t>(size());
  block.step = step;
  block.t_ms = static_cast<double>(step) * dt_ms;
  block.dt_ms = dt_ms;
  block.state = state_pointers_.data();
  block.input = input_pointers_.data();
  block.random = random_pointers_.data();
  block.param = param_pointers_.data();
  block.param_is_uniform = param_is_uniform_.data();
  block.spikes = spikes_.data();
  eg_error err;
  err.text[0] = '\0';
  const CallScope scope(instance_.plugin(), is_init ? "init" : "step");
  const eg_status status = (is_init ? unit.init : unit.step)(instance_.self(), &block, &err);
  if (status != EG_OK) fail(is_init ? "init" : "step", block.t_ms, err.text[0] ? err.text : "it gave no reason");
  n_spikes_ = block.n_spikes;
}

void Population::init(double dt_ms) {
  for (auto& column : poisson_mean_)
    for (double& m : column) m *= dt_ms * 1e-3;
  fill_random(0, true);
  call(0, dt_ms, true);
  n_spikes_ = 0;
  check_finite(0);
}

void Population::step(uint64_t step, double dt_ms) {
  fill_random(step, false);
  call(step, dt_ms, false);
}

void Population::check_finite(double t_ms) const {
  const eg_unit& unit = instance_.unit();
  for (uint32_t c = 0; c < unit.n_state; ++c) {
    // x - x is 0 for finite x and NaN otherwise: one pass without branches.
    double bad = 0;
    for (const double x : state_[c]) bad += x - x;
    if (bad == 0) continue;
    for (size_t u = 0; u < size(); ++u)
      if (!std::isfinite(state_[c][u])) {
        const eg_plugin& p = instance_.plugin();
        throw Failure(Exit::simulation_failed,
                      fmt::format("population '{}.{}': neuron '{}' {} produced {} in state '{}' at t = {:.6g} ms; "
                                  "check its parameters and "
                                  "input, or make dt_ms smaller",
                                  brain_->connectome.labels[region_of(u)], name_, p.name, p.version,
                                  std::isnan(state_[c][u]) ? "a value that is not a number" : "an infinite value",
                                  unit.state[c].name, t_ms));
      }
  }
}

void Population::fail(const char* call, double t_ms, const std::string& reason) const {
  const eg_plugin& p = instance_.plugin();
  throw Failure(Exit::simulation_failed, fmt::format("{} '{}': {} '{}' {} failed in {} at t = {:.6g} ms: {}",
                                                     std::string_view(p.kind) == "neuron" ? "population" : "input to",
                                                     name_, p.kind, p.name, p.version, call, t_ms, reason));
}

}  // namespace encephagen
