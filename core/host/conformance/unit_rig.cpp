// A population of a unit plugin under test: its memory, its input, and the calls block by block.
#include "host/conformance/unit_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <string_view>

#include "host/conformance/exercise.hpp"
#include "host/conformance/test_input.hpp"
#include "host/conformance/together.hpp"
#include "host/unit_numbers.hpp"

namespace encephagen::conformance {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::vector<std::byte>> copies(const UnitColumns& columns) {
  std::vector<std::vector<std::byte>> out;
  for (size_t c = 0; c < columns.size(); ++c) out.push_back(columns.bytes(c));
  return out;
}

std::vector<const double*> read_only(const std::vector<double*>& pointers) {
  return {pointers.begin(), pointers.end()};
}

bool is_shared(const eg_column& random) { return random.accepts == EG_RANDOM_SHARED; }

// Events in a step of a Poisson column, unit by unit, from the parameter or the state column that holds the rate.
std::vector<double> poisson_events(const Instance& instance, const eg_column& column, const UnitColumns& param,
                                   const UnitColumns& state, uint32_t n, double dt_ms) {
  const auto& table = instance.table();
  const auto& unit = instance.subject().unit();
  std::vector<double> out(n, 0.0);
  if (column.random != EG_RANDOM_POISSON || !column.rate_param) return out;
  const std::string_view name = column.rate_param;
  // Like a state column before init, a rate may be anything: no events then.
  const auto set = [&](uint32_t u, double rate_hz) { out[u] = rate_hz > 0 ? rate_hz * dt_ms * 1e-3 : 0; };
  for (uint32_t c = 0; c < unit.n_state; ++c)
    if (name == unit.state[c].name)
      for (uint32_t u = 0; u < n; ++u) set(u, state[c][u]);
  const auto per_unit = per_unit_params(table.plugin());
  for (size_t i = 0; i < table.size(); ++i) {
    if (name != table.param(i).name) continue;
    const auto at = std::ranges::find(per_unit, i);
    for (uint32_t u = 0; u < n; ++u)
      set(u, at == per_unit.end() ? table[i].number : param[static_cast<size_t>(at - per_unit.begin())][u]);
  }
  return out;
}

}  // namespace

UnitColumns::UnitColumns(size_t count, size_t n, double fill, Fence fence, uint32_t element) {
  for (size_t c = 0; c < count; ++c) {
    wide_.emplace_back(n, fill, fence);
    if (element == EG_F32) single_.emplace_back(n, static_cast<float>(fill), fence);
  }
}

std::vector<double*> UnitColumns::pointers(size_t offset) const {
  std::vector<double*> out;
  for (size_t c = 0; c < size(); ++c)
    out.push_back(single_.empty() ? wide_[c].data() + offset : reinterpret_cast<double*>(single_[c].data() + offset));
  return out;
}

void UnitColumns::hand_over() const {
  for (size_t c = 0; c < single_.size(); ++c)
    std::ranges::transform(wide_[c].values(), single_[c].data(), [](double x) { return static_cast<float>(x); });
}

void UnitColumns::take_back() const {
  for (size_t c = 0; c < single_.size(); ++c) std::ranges::copy(single_[c].values(), wide_[c].data());
}

bool UnitColumns::is_intact(size_t column) const {
  return single_.empty() ? wide_[column].is_intact() : single_[column].is_intact();
}

std::vector<std::byte> UnitColumns::bytes(size_t column) const {
  const auto seen = single_.empty() ? std::as_bytes(wide_[column].values()) : std::as_bytes(single_[column].values());
  return {seen.begin(), seen.end()};
}

std::vector<size_t> per_unit_params(const eg_plugin& plugin) {
  std::vector<size_t> out;
  for (size_t i = 0; i < plugin.n_params; ++i)
    if ((plugin.params[i].flags & EG_PARAM_PER_UNIT) != 0) out.push_back(i);
  return out;
}

std::string difference(const UnitHistory& is, const UnitHistory& should_be, std::optional<uint32_t> skip) {
  for (size_t t = 0; t < std::min(is.units.size(), should_be.units.size()); ++t) {
    const std::string when = t == 0 ? "after init" : fmt::format("after step {}", t);
    for (size_t c = 0; c < is.column.size(); ++c)
      for (uint32_t u = 0; u < is.n; ++u) {
        const double a = is.units[t][c * is.n + u], b = should_be.units[t][c * is.n + u];
        if (same_bits(a, b) || u == skip) continue;
        if (is.column[c] == "spikes")
          return fmt::format("unit {} {} in step {}, and it should {}", u, a != 0 ? "fires" : "does not fire", t,
                             b != 0 ? "fire" : "not");
        return fmt::format("state '{}' of unit {} is {}, not {}, {}", is.column[c], u, a, b, when);
      }
    for (size_t k = 0; k < is.action[t].size(); ++k)
      if (!same_bits(is.action[t][k], should_be.action[t][k]))
        return fmt::format("action {} is {}, not {}, {}", k, is.action[t][k], should_be.action[t][k], when);
  }
  return "";
}

UnitRig::UnitRig(Instance& instance, UnitSetup setup)
    : instance_(instance),
      unit_(instance.subject().unit()),
      setup_(std::move(setup)),
      state_(unit_.n_state, setup_.n, kNan, setup_.fence, setup_.element),
      input_(unit_.n_inputs, setup_.n, 0.0, setup_.fence, setup_.element),
      noise_(unit_.n_random, setup_.n, 0.0, setup_.fence, setup_.element),
      param_(per_unit_params(instance.table().plugin()).size(), setup_.n, 0.0, setup_.fence, setup_.element),
      observes_(instance.subject().is_kind("encoder") || instance.subject().is_kind("controller")),
      acts_(instance.subject().is_kind("decoder") || instance.subject().is_kind("controller")),
      observations_(observes_ ? setup_.n_shared : 0, kNan, setup_.fence),
      actions_(!acts_      ? 0
               : observes_ ? setup_.n
                           : setup_.n_shared,
               kNan, setup_.fence),
      is_uniform_(per_unit_params(instance.table().plugin()).size(), 1, setup_.fence),
      fired_(setup_.n) {
  const auto per_unit = per_unit_params(instance.table().plugin());
  for (size_t k = 0; k < per_unit.size(); ++k) {
    const bool is_given = k < setup_.per_unit.size();
    for (uint32_t u = 0; u < setup_.n; ++u)
      param_[k][u] = numbered(instance.subject().plugin().params[per_unit[k]],
                              is_given ? setup_.per_unit[k][u] : instance.table()[per_unit[k]].number, u, setup_.n);
    const auto v = param_[k].values();
    const bool is_uniform = std::ranges::all_of(v, [&](double x) { return x == v.front(); });
    is_uniform_[k] = is_uniform && !setup_.hides_uniform;
  }
  param_.hand_over();
  ends_ = setup_.cuts;
  ends_.push_back(setup_.n);
  for (size_t k = 0; k < ends_.size(); ++k)
    spike_list_.emplace_back(unit_.can_spike ? ends_[k] - (k ? ends_[k - 1] : 0) : 0, 0u, setup_.fence);
  step_ = setup_.first_step;
}

void UnitRig::fill(uint64_t step, bool is_init) {
  // Relative to the first step, so that the same input can be given at another time.
  const uint64_t at = is_init ? std::numeric_limits<uint32_t>::max() : step - setup_.first_step;
  const bool is_decoder = instance_.subject().is_kind("decoder");
  for (uint32_t c = 0; c < unit_.n_inputs; ++c)
    for (uint32_t u = 0; u < setup_.n; ++u)
      input_[c][u] = is_init      ? 0.0
                     : is_decoder ? activity_value(unit_.inputs[c], c, u, at, setup_.stream)
                                  : input_value(unit_.inputs[c], c, u, at, setup_.is_wide, setup_.stream);
  for (uint32_t c = 0; c < unit_.n_random; ++c) {
    const auto events = poisson_events(instance_, unit_.random[c], param_, state_, setup_.n, setup_.dt_ms);
    for (uint32_t u = 0; u < setup_.n; ++u)
      noise_[c][u] = noise_value(unit_.random[c], c, is_shared(unit_.random[c]) ? 0 : u, at, events[u], setup_.stream);
  }
  if (setup_.is_calm) calm_down(is_init);
  for (uint32_t k = 0; k < observations_.size(); ++k)
    observations_[k] = 2 * draw(setup_.stream, Purpose::observation, k, 0, at / 10).uniform - 1;
  std::ranges::fill(actions_.values(), kNan);
  const uint32_t d = setup_.disturbed_unit;
  const auto other = [&](uint32_t column) { return draw(setup_.stream, Purpose::disturbance, column, d, at); };
  if (setup_.disturbance == Disturbance::input && !is_init)
    for (uint32_t c = 0; c < unit_.n_inputs; ++c) input_[c][d] = input_[c][d] * 0.5 + (input_[c][d] >= 0 ? 1 : -1);
  if (setup_.disturbance == Disturbance::noise)
    for (uint32_t c = 0; c < unit_.n_random; ++c) {
      if (is_shared(unit_.random[c])) continue;  // belongs to no unit
      const auto kind = unit_.random[c].random;
      noise_[c][d] = kind == EG_RANDOM_UNIFORM   ? other(c).uniform
                     : kind == EG_RANDOM_POISSON ? noise_[c][d] + 1
                                                 : other(c).normal();
    }
  input_.hand_over();
  noise_.hand_over();
}

void UnitRig::calm_down(bool is_init) {
  for (uint32_t c = 0; c < unit_.n_inputs; ++c)
    for (uint32_t u = 0; u < setup_.n; ++u)
      input_[c][u] = is_init || unit_.inputs[c].accepts != EG_ACCEPTS_CONTINUOUS
                         ? 0.0
                         : input_value(unit_.inputs[c], c, u, 0, false, setup_.stream);
  for (uint32_t c = 0; c < unit_.n_random && !is_init; ++c)
    std::ranges::fill(noise_[c].values(), unit_.random[c].random == EG_RANDOM_UNIFORM ? 0.5 : 0.0);
}

void UnitRig::trespassed(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (trespass_.empty()) trespass_ = what;
}

void UnitRig::collect_spikes(const eg_unit_block& block, const FencedArray<uint32_t>& list, uint32_t from) {
  const std::lock_guard lock(mutex_);
  const auto fault = [&](const std::string& what) {
    if (spike_fault_.empty()) spike_fault_ = what;
  };
  if (unit_.can_spike == 0) {
    if (block.n_spikes != 0)
      fault(fmt::format("reports {} spikes although it declares that it has none", block.n_spikes));
    return;
  }
  if (block.n_spikes > block.n) fault(fmt::format("reports {} spikes in a block of {} units", block.n_spikes, block.n));
  if (!list.is_intact()) fault(fmt::format("writes beyond the list of spikes, which has room for {}", block.n));
  const uint32_t n = std::min(block.n_spikes, block.n);
  for (uint32_t k = 0; k < n; ++k) {
    if (list[k] >= block.n) {
      fault(fmt::format("reports a spike of unit {} in a block of {} units", list[k], block.n));
      continue;
    }
    if (k > 0 && list[k] <= list[k - 1])
      fault(fmt::format("reports a spike of unit {} after one of unit {}", list[k], list[k - 1]));
    fired_[from + list[k]] = true;
    ++spike_count_;
  }
}

void UnitRig::call_block(const char* name, Function function, size_t k) {
  const uint32_t from = k ? ends_[k - 1] : 0, n = ends_[k] - from;
  auto state = state_.pointers(from);
  auto input = read_only(input_.pointers(from)), noise = read_only(noise_.pointers(from)),
       param = read_only(param_.pointers(from));
  const auto& spikes = spike_list_[k];
  eg_unit_block block{};
  block.size = sizeof block;
  block.n = n;
  block.step = step_;
  block.t_ms = static_cast<double>(step_) * setup_.dt_ms;
  block.dt_ms = setup_.dt_ms;
  block.element = setup_.element;
  block.state = state.data();
  block.input = input.data();
  block.random = noise.data();
  block.param = param.data();
  block.param_is_uniform = is_uniform_.data();
  if (observes_)
    block.shared_in = observations_.data(), block.n_shared_in = static_cast<uint32_t>(observations_.size());
  if (acts_) block.shared_out = actions_.data(), block.n_shared_out = static_cast<uint32_t>(actions_.size());
  block.spikes = unit_.can_spike ? spikes.data() : nullptr;

  eg_unit_block before = block;
  const auto old_state = state;
  const auto old_input = input, old_noise = noise, old_param = param;
  std::vector<std::vector<std::byte>> old_input_values, old_noise_values, old_param_values;
  const std::vector<double> old_observations(observations_.values().begin(), observations_.values().end());
  std::vector<uint8_t> old_uniform(is_uniform_.values().begin(), is_uniform_.values().end());
  if (is_audited_) {
    old_input_values = copies(input_), old_noise_values = copies(noise_), old_param_values = copies(param_);
  }

  std::feclearexcept(FE_ALL_EXCEPT);
  call(name, [&](eg_error* e) { return function(instance_.self(), &block, e); });
  if (setup_.threads == 1) {
    flags_ = std::fetestexcept(FE_INVALID | FE_DIVBYZERO);
    if (watches_blocks_ && flags_ != 0 && !flagged_block_) flagged_block_ = from;
  }
  if (std::string_view(name) == "step") collect_spikes(block, spikes, from);
  if (!is_audited_) return;

  before.n_spikes = block.n_spikes;
  if (std::memcmp(&before, &block, sizeof block) != 0)
    trespassed(fmt::format("{} changed a field of the block that it may only read", name));
  if (state != old_state || input != old_input || noise != old_noise || param != old_param)
    trespassed(fmt::format("{} changed a list of pointers", name));
  const auto beside = [&](const char* what, size_t c) {
    trespassed(fmt::format("{} wrote beside {} column {} (block of {} units)", name, what, c, n));
  };
  const auto changed = [&](const char* what, size_t c) {
    trespassed(fmt::format("{} changed {} column {}, which it may only read", name, what, c));
  };
  const auto unchanged = [&](const UnitColumns& now, const std::vector<std::vector<std::byte>>& old, const char* what) {
    for (size_t c = 0; c < now.size(); ++c) {
      if (!now.is_intact(c)) beside(what, c);
      if (!old.empty() && old[c] != now.bytes(c)) changed(what, c);
    }
  };
  unchanged(state_, {}, "state");
  unchanged(input_, old_input_values, "input");
  unchanged(noise_, old_noise_values, "random");
  unchanged(param_, old_param_values, "parameter");
  if (!observations_.is_intact()) beside("observation", 0);
  if (!actions_.is_intact()) beside("action", 0);
  if (!std::ranges::equal(old_observations, observations_.values(), same_bits)) changed("observation", 0);
  if (!is_uniform_.is_intact() || !std::ranges::equal(old_uniform, is_uniform_.values()))
    trespassed(fmt::format("{} changed the flags of uniform parameters", name));
}

void UnitRig::call_blocks(const char* name, Function function) {
  if (setup_.threads == 1) {
    for (size_t k = 0; k < ends_.size(); ++k) call_block(name, function, k);
    return;
  }
  std::atomic<size_t> next = 0;
  run_together(setup_.threads, [&](unsigned) {
    for (size_t k; (k = next++) < ends_.size();) call_block(name, function, k);
  });
}

void UnitRig::init() {
  fill(step_, true);
  call_blocks("init", unit_.init);
  state_.take_back();
  if (setup_.disturbance == Disturbance::state)
    for (size_t c = 0; c < state_.size(); ++c)
      if (unit_.state[c].accepts != EG_STATE_SET_BY_INIT)  // one unit's may stand for all
        state_[c][setup_.disturbed_unit] = state_[c][setup_.disturbed_unit] * 0.9 + 1e-3;
  state_.hand_over();
}

void UnitRig::step() {
  fill(step_, false);
  fired_.assign(setup_.n, false);
  // What lasts within a step only is gone before the next; a step that reads it all the same computes with NaN.
  bool is_written = false;
  std::vector<std::vector<double>> set_by_init(state_.size());
  for (size_t c = 0; c < state_.size(); ++c) {
    const auto values = state_[c].values();
    if (unit_.state[c].accepts == EG_STATE_SET_BY_INIT) set_by_init[c].assign(values.begin(), values.end());
    const bool is_forgotten = unit_.state[c].accepts == EG_STATE_WITHIN_STEP;
    if (!is_forgotten && unit_.state[c].accepts != EG_STATE_ADDED_TO) continue;
    std::fill_n(state_[c].data(), setup_.n, is_forgotten ? kNan : setup_.found);
    is_written = true;
  }
  if (is_written) state_.hand_over();
  call_blocks("step", unit_.step);
  state_.take_back();
  ++step_;
  for (size_t c = 0; c < state_.size(); ++c)
    if (!std::ranges::equal(set_by_init[c], state_[c].values().first(set_by_init[c].size()), same_bits))
      trespassed(fmt::format("step changed state '{}', which it declares as set by init only", unit_.state[c].name));
}

void UnitRig::append_to(UnitHistory& h) const {
  if (h.column.empty()) {
    h.n = setup_.n;
    for (uint32_t c = 0; c < unit_.n_state; ++c) h.column.emplace_back(unit_.state[c].name);
    if (unit_.can_spike) h.column.emplace_back("spikes");
  }
  auto& row = h.units.emplace_back();
  for (size_t c = 0; c < state_.size(); ++c)
    row.insert(row.end(), state_[c].values().begin(), state_[c].values().end());
  if (unit_.can_spike)
    for (const bool fired : fired_) row.push_back(fired);
  h.action.emplace_back(actions_.values().begin(), actions_.values().end());
}

void UnitRig::resume_from(const UnitRig& other) {
  for (size_t c = 0; c < state_.size(); ++c) std::ranges::copy(other.state_[c].values(), state_[c].data());
  state_.hand_over();
  // What was done last; every step writes it anew.
  std::ranges::copy(other.observations_.values(), observations_.data());
  std::ranges::copy(other.actions_.values(), actions_.data());
  fired_ = other.fired_;
  step_ = other.step_;
}

void UnitRig::take_kept_state(const UnitRig& other) {
  for (size_t c = 0; c < state_.size(); ++c) {
    if (unit_.state[c].accepts != EG_STATE_KEPT) continue;
    std::ranges::copy(other.state_[c].values(), state_[c].data());
    if (std::string_view(unit_.state[c].name).ends_with("steps")) std::ranges::fill(state_[c].values(), 0.0);
  }
  state_.hand_over();
}

UnitHistory UnitRig::run(uint64_t n) {
  UnitHistory h;
  init();
  append_to(h);
  for (uint64_t k = 0; k < n; ++k) {
    step();
    append_to(h);
  }
  return h;
}

UnitSetup workable_setup(Instance& instance) {
  const auto& subject = instance.subject();
  UnitSetup setup;
  setup.element = subject.element();
  if (subject.is_kind("neuron")) return setup;
  std::exception_ptr last;
  for (const uint32_t n : {203u, 192u, 180u})
    for (const uint32_t shared : {4u, 2u, 1u, 3u, 6u, 5u, 8u, 10u, 12u, 16u, 0u}) {
      setup.n = n;
      setup.n_shared = shared;
      try {
        UnitRig rig(instance, setup);
        rig.run(2);
        return setup;
      } catch (const CallFailed&) {
        last = std::current_exception();
      }
    }
  std::rethrow_exception(last);
}

namespace {

class UnitExercise : public Exercise {
 public:
  UnitExercise(Instance& instance, uint64_t stream) : rig_(instance, setup(instance, stream)) {}
  uint64_t move() override {
    if (!is_initialised_) rig_.init();
    is_initialised_ = true;
    rig_.step();
    UnitHistory h;
    rig_.append_to(h);
    Digest d;
    for (const double x : h.units[0]) d.add(x);
    for (const double x : h.action[0]) d.add(x);
    return d.value();
  }

 private:
  static UnitSetup setup(Instance& instance, uint64_t stream) {
    UnitSetup s = workable_setup(instance);
    s.stream = stream;
    return s;
  }
  UnitRig rig_;
  bool is_initialised_ = false;
};

}  // namespace

std::unique_ptr<Exercise> make_unit_exercise(Instance& instance, uint64_t stream) {
  return std::make_unique<UnitExercise>(instance, stream);
}

}  // namespace encephagen::conformance
