// Plays the kernel for one unit-shaped plugin (neuron, encoder, decoder, controller) in tests: owns the columns and
// calls the table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "encephagen/abi/library.h"

namespace eg::testing {

// Usage: UnitHarness h(eg::neuron<Lif>, 200, 0.1); h.set("tau_m_ms", 10); h.init(); h.input("exc_mv")[3] = 2; h.step();
// The test fills input and random columns itself. Failed calls throw std::runtime_error with the plugin's text. With
// EG_F32 the plugin is handed floats; the columns seen here hold their values as doubles.
class UnitHarness {
 public:
  using Column = std::vector<double>;

  UnitHarness(const eg_plugin& plugin, size_t n_units, double dt_ms, uint32_t element = EG_F64)
      : plugin_(plugin),
        table_(*static_cast<const eg_unit*>(plugin.table)),
        n_(n_units),
        dt_ms_(dt_ms),
        element_(element) {
    if ((table_.elements & (1u << element)) == 0) throw std::invalid_argument("the plugin lacks this precision");
    for (uint32_t i = 0; i < plugin.n_params; ++i) {
      values_.push_back(plugin.params[i].preset);
      per_unit_.emplace_back(n_, plugin.params[i].preset.number);
    }
    state_.assign(table_.n_state, Column(n_, std::numeric_limits<double>::quiet_NaN()));
    input_.assign(table_.n_inputs, Column(n_, 0.0));
    random_.assign(table_.n_random, Column(n_, 0.0));
  }

  void set(std::string_view param, double value) { set(param, Column(n_, value)); }
  // A parameter that is a list of numbers.
  void set_list(std::string_view param, const Column& numbers) {
    const auto& kept = lists_.emplace_back(numbers);
    values_[index(param)].numbers = kept.data(), values_[index(param)].count = kept.size();
  }
  void set(std::string_view param, const Column& per_unit) {
    const size_t i = index(param);
    values_[i].number = per_unit.front();
    values_[i].integer = static_cast<int64_t>(per_unit.front());
    per_unit_[i] = per_unit;
  }
  void choose(std::string_view param, std::string_view choice) {
    const auto& p = plugin_.params[index(param)];
    const auto at = std::find(p.choices, p.choices + p.n_choices, choice);
    if (at == p.choices + p.n_choices) throw std::out_of_range("no choice " + std::string(choice));
    values_[index(param)].integer = at - p.choices;
  }

  Column& state(std::string_view name) { return find(state_, table_.state, name); }
  Column& input(std::string_view name) { return find(input_, table_.inputs, name); }
  Column& random(std::string_view name) { return find(random_, table_.random, name); }
  std::vector<Column>& states() { return state_; }
  // What an encoder observes in the coming steps.
  void observe(const Column& values) { observation_ = values; }
  // How many actions a decoder is asked for in the coming steps; step fills in action().
  void ask(size_t n_actions) { action_.assign(n_actions, std::numeric_limits<double>::quiet_NaN()); }
  const Column& action() const { return action_; }

  void create() {
    eg_error err{};
    self_ = {table_.create(values_.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
  }
  // Creates the model if that has not been done.
  void init() {
    if (!self_) create();
    call(0, n_, 0, table_.init);
  }
  // One step in blocks of `block` units (all at once if 0). Inputs are cleared afterwards. Returns the units that
  // fired.
  const std::vector<uint32_t>& step(size_t block = 0) {
    spikes_.clear();
    for (size_t first = 0; first < n_; first += block ? block : n_)
      call(first, std::min(block ? block : n_, n_ - first), n_steps_, table_.step);
    ++n_steps_;
    for (auto& c : input_) std::ranges::fill(c, 0.0);
    return spikes_;
  }
  size_t n_steps() const { return n_steps_; }

 private:
  size_t index(std::string_view param) const {
    for (uint32_t i = 0; i < plugin_.n_params; ++i)
      if (plugin_.params[i].name == param) return i;
    throw std::out_of_range("no parameter " + std::string(param));
  }
  static Column& find(std::vector<Column>& columns, const eg_column* declared, std::string_view name) {
    for (size_t i = 0; i < columns.size(); ++i)
      if (declared[i].name == name) return columns[i];
    throw std::out_of_range("no column " + std::string(name));
  }
  void call(size_t first, size_t n, size_t step, eg_status (*function)(const void*, eg_unit_block*, eg_error*)) {
    std::vector<double*> state;
    std::vector<const double*> input, random, param;
    std::vector<uint8_t> is_uniform;
    std::deque<std::vector<float>> singles;
    const auto column = [&](Column& c) {
      if (element_ == EG_F64) return c.data() + first;
      auto& single = singles.emplace_back(n);
      std::transform(&c[first], &c[first] + n, single.begin(), [](double x) { return static_cast<float>(x); });
      return reinterpret_cast<double*>(single.data());
    };
    for (uint32_t c = 0; c < table_.n_state; ++c) {
      if (table_.state[c].accepts == EG_STATE_ADDED_TO && function == table_.step)
        std::fill_n(state_[c].begin() + static_cast<ptrdiff_t>(first), n, 0.0);
      state.push_back(column(state_[c]));
    }
    for (auto& c : input_) input.push_back(column(c));
    for (auto& c : random_) random.push_back(column(c));
    for (uint32_t i = 0; i < plugin_.n_params; ++i) {
      if ((plugin_.params[i].flags & EG_PARAM_PER_UNIT) == 0) continue;
      param.push_back(column(per_unit_[i]));
      is_uniform.push_back(std::ranges::all_of(per_unit_[i], [&](double x) { return x == per_unit_[i].front(); }));
    }
    std::vector<uint32_t> spikes(n);
    eg_unit_block b{};
    b.size = sizeof b;
    b.n = static_cast<uint32_t>(n);
    b.step = step;
    b.t_ms = static_cast<double>(step) * dt_ms_;
    b.dt_ms = dt_ms_;
    b.state = state.data(), b.input = input.data(), b.random = random.data(), b.param = param.data();
    b.param_is_uniform = is_uniform.data();
    b.spikes = spikes.data();
    b.shared_in = observation_.data(), b.n_shared_in = static_cast<uint32_t>(observation_.size());
    b.shared_out = action_.data(), b.n_shared_out = static_cast<uint32_t>(action_.size());
    b.element = element_;
    eg_error err{};
    if (function(self_.get(), &b, &err) != EG_OK) throw std::runtime_error(err.text);
    if (element_ == EG_F32)
      for (size_t c = 0; c < state_.size(); ++c)
        std::ranges::copy(singles[c], state_[c].begin() + static_cast<ptrdiff_t>(first));
    for (uint32_t i = 0; i < b.n_spikes; ++i) spikes_.push_back(static_cast<uint32_t>(first) + spikes[i]);
  }

  const eg_plugin& plugin_;
  const eg_unit& table_;
  size_t n_, n_steps_ = 0;
  double dt_ms_;
  uint32_t element_;
  std::vector<eg_value> values_;
  std::deque<Column> lists_;
  std::vector<Column> per_unit_, state_, input_, random_;
  std::vector<uint32_t> spikes_;
  Column observation_, action_;
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

}  // namespace eg::testing
