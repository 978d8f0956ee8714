// Tests only: plays the kernel for a controller, which sees observations and gives actions.
#pragma once
#include <encephagen/abi/library.h>

#include <deque>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace core::testing {

// Usage: ControllerHarness h(eg::controller<X>, 2); h.set("weights", {1, 2}); h.init(); h.act({0.5}).
// Calls that fail throw std::runtime_error with the plugin's words.
class ControllerHarness {
 public:
  ControllerHarness(const eg_plugin& plugin, size_t n_actions)
      : plugin_(plugin), table_(*static_cast<const eg_unit*>(plugin.table)), n_(n_actions) {
    for (uint32_t i = 0; i < plugin.n_params; ++i) values_.push_back(plugin.params[i].preset);
    state_.assign(table_.n_state, std::vector(n_, std::numeric_limits<double>::quiet_NaN()));
    random.assign(table_.n_random, std::vector(n_, 0.0));
  }

  void set(std::string_view param, const std::vector<double>& numbers) {
    const auto& kept = lists_.emplace_back(numbers);
    auto& v = values_[index(param)];
    v.numbers = kept.data(), v.count = kept.size();
    if (numbers.size() == 1) v.number = numbers[0], v.integer = static_cast<int64_t>(numbers[0]);
  }
  void choose(std::string_view param, std::string_view choice) {
    const auto& p = plugin_.params[index(param)];
    for (uint32_t c = 0; c < p.n_choices; ++c)
      if (p.choices[c] == choice) {
        values_[index(param)].integer = c;
        return;
      }
    throw std::out_of_range("no choice " + std::string(choice));
  }

  void init() {
    eg_error err{};
    self_ = {table_.create(values_.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
    begin_anew();
  }
  void begin_anew() { (void)call({}, table_.init); }
  std::vector<double> act(const std::vector<double>& observation) { return call(observation, table_.step); }

  // What the call says when it fails; empty if it does not.
  std::string refusal(const std::vector<double>& observation) {
    try {
      init();
      (void)act(observation);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  }

  std::vector<std::vector<double>> random;  // [column][action]

 private:
  size_t index(std::string_view param) const {
    for (uint32_t i = 0; i < plugin_.n_params; ++i)
      if (plugin_.params[i].name == param) return i;
    throw std::out_of_range("no parameter " + std::string(param));
  }
  std::vector<double> call(const std::vector<double>& observation,
                           eg_status (*function)(const void*, eg_unit_block*, eg_error*)) {
    std::vector<double*> state;
    for (auto& c : state_) state.push_back(c.data());
    std::vector<const double*> drawn;
    for (auto& c : random) drawn.push_back(c.data());
    std::vector<double> action(n_, std::numeric_limits<double>::quiet_NaN());
    eg_unit_block b{};
    b.size = sizeof b;
    b.n = static_cast<uint32_t>(n_);
    b.dt_ms = 20;
    b.state = state.data(), b.random = drawn.data();
    b.shared_in = observation.data(), b.n_shared_in = static_cast<uint32_t>(observation.size());
    b.shared_out = action.data(), b.n_shared_out = static_cast<uint32_t>(n_);
    eg_error err{};
    if (function(self_.get(), &b, &err) != EG_OK) throw std::runtime_error(err.text);
    return action;
  }

  const eg_plugin& plugin_;
  const eg_unit& table_;
  size_t n_;
  std::vector<eg_value> values_;
  std::deque<std::vector<double>> lists_;
  std::vector<std::vector<double>> state_;
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

}  // namespace core::testing
