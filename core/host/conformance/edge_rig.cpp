// A small plastic projection under test: its synapses, traces and events, and the calls of the rule.
#include "host/conformance/edge_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "host/conformance/exercise.hpp"
#include "host/conformance/test_input.hpp"
#include "host/plugin_call.hpp"

namespace encephagen::conformance {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Three synapses of ten, the same in every rig.
bool is_connected(uint32_t pre, uint32_t post) { return draw(1, Purpose::event, 99, pre, post).uniform < 0.3; }

uint64_t count_synapses(const EdgeSetup& s) {
  uint64_t n = 0;
  for (uint32_t i = 0; i < s.n_pre; ++i)
    for (uint32_t j = 0; j < s.n_post; ++j) n += is_connected(i, j);
  return n;
}

std::vector<FencedArray<double>> columns_of(uint32_t count, size_t n, double fill, Fence fence) {
  std::vector<FencedArray<double>> out;
  for (uint32_t c = 0; c < count; ++c) out.emplace_back(n, fill, fence);
  return out;
}

std::vector<double*> pointers(const std::vector<FencedArray<double>>& columns) {
  std::vector<double*> out;
  for (const auto& c : columns) out.push_back(c.data());
  return out;
}

// Weights between the bounds that rules usually call w_min and w_max, if these are parameters; else around 1.
std::pair<double, double> weight_range(const ParamTable& table) {
  const auto [declared_low, declared_high] = declared_weight_bounds(table);
  const double low = std::isfinite(declared_low) ? declared_low : 0.2,
               high = std::isfinite(declared_high) ? declared_high : 1.8;
  return low < high ? std::pair{low, high} : std::pair{0.2, 1.8};
}

}  // namespace

std::pair<double, double> declared_weight_bounds(const ParamTable& table) {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < table.size(); ++i) {
    const std::string_view name = table.param(i).name;
    if (table.param(i).type != EG_NUMBER || !std::isfinite(table[i].number)) continue;
    if (name.starts_with("w_min") || name.starts_with("weight_min") || name.starts_with("min_weight"))
      low = table[i].number;
    if (name.starts_with("w_max") || name.starts_with("weight_max") || name.starts_with("max_weight"))
      high = table[i].number;
  }
  return {low, high};
}

EdgeRig::EdgeRig(Instance& instance, EdgeSetup setup)
    : instance_(instance),
      edge_(edge_calls(instance.subject().edge())),
      setup_(setup),
      out_edge_(count_synapses(setup), 0, setup.fence),
      in_edge_(count_synapses(setup), 0, setup.fence),
      target_(count_synapses(setup), 0, setup.fence),
      source_(count_synapses(setup), 0, setup.fence),
      weight_(count_synapses(setup), 0.0, setup.fence),
      post_t_ms_(setup.n_post, 0.0, setup.fence),
      modulator_(edge_.n_modulators, 0.0, setup.fence),
      delivered_(count_synapses(setup), 0.0, setup.fence),
      edge_state_(columns_of(edge_.n_edge_state, count_synapses(setup), 0.0, setup.fence)),
      post_(columns_of(edge_.n_post, setup.n_post, 0.0, setup.fence)),
      post_port_(columns_of(edge_.n_post_ports, setup.n_post, 0.0, setup.fence)),
      arrivals_(setup.n_pre) {
  for (uint32_t part = 0; part < setup_.n_parts; ++part)
    parts_.push_back({columns_of(edge_.n_pre, setup_.n_pre, 0.0, setup_.fence), {setup_.n_pre, 0.0, setup_.fence}});
  const auto [low, high] = weight_range(instance.table());
  uint64_t k = 0;
  for (uint32_t i = 0; i < setup_.n_pre; ++i) {
    out_begin_.push_back(k);
    for (uint32_t j = 0; j < setup_.n_post; ++j) {
      if (!is_connected(i, j)) continue;
      target_[k] = j;
      out_edge_[k] = k;
      weight_[k] = low + (high - low) * draw(setup_.stream, Purpose::state, 0, k, 0).uniform;
      ++k;
    }
  }
  out_begin_.push_back(k);
  uint64_t slot = 0;
  for (uint32_t j = 0; j < setup_.n_post; ++j) {
    in_begin_.push_back(slot);
    for (uint32_t i = 0; i < setup_.n_pre; ++i)
      for (uint64_t e = out_begin_[i]; e < out_begin_[i + 1]; ++e)
        if (target_[e] == j) {
          in_edge_[slot] = e;
          source_[slot++] = i;
        }
  }
  in_begin_.push_back(slot);
  update_every_ms_ = watched("update_every_ms", [&] { return edge_.update_every_ms(instance_.self()); });
  next_update_ms_ = update_every_ms_;
}

uint32_t EdgeRig::part_of(uint32_t target) const {
  uint32_t part = 0;
  while (first_target(part + 1) <= target) ++part;
  return part;
}

eg_edge_block EdgeRig::outgoing(uint32_t unit, uint32_t part) {
  // Targets of a unit are in increasing order.
  const auto* targets = target_.data();
  const auto boundary = [&](uint32_t target) {
    return static_cast<uint64_t>(std::lower_bound(targets + out_begin_[unit], targets + out_begin_[unit + 1], target) -
                                 targets);
  };
  const uint64_t first = boundary(first_target(part)), end = boundary(first_target(part + 1));
  eg_edge_block b{};
  b.unit = unit;
  b.n = static_cast<uint32_t>(end - first);
  b.first_edge = setup_.lists_edges ? 0 : first;
  b.edge = setup_.lists_edges ? out_edge_.data() + first : nullptr;
  b.other = targets + first;
  return b;
}

eg_edge_block EdgeRig::incoming(uint32_t unit) {
  eg_edge_block b{};
  b.unit = unit;
  b.n = static_cast<uint32_t>(in_begin_[unit + 1] - in_begin_[unit]);
  b.edge = in_edge_.data() + in_begin_[unit];
  b.other = source_.data() + in_begin_[unit];
  return b;
}

void EdgeRig::call_rule(const char* name, Function function, eg_edge_block block, double t_ms, uint32_t part) {
  if (!function) return;
  auto edge_state = pointers(edge_state_), pre = pointers(parts_[part].pre), post = pointers(post_);
  const auto ports = pointers(post_port_);
  const std::vector<const double*> port(ports.begin(), ports.end());
  block.size = sizeof block;
  block.t_ms = t_ms;
  block.dt_ms = setup_.dt_ms;
  block.weight = weight_.data();
  block.edge_state = edge_state.data();
  block.pre = pre.data();
  block.post = post.data();
  block.pre_t_ms = parts_[part].pre_t_ms.data();
  block.post_t_ms = post_t_ms_.data();
  block.post_port = port.data();
  block.modulator = modulator_.data();
  const eg_edge_block before = block;
  const auto old_read_only = is_audited_ ? read_only() : std::vector<double>{};
  const auto old = is_audited_ ? snapshot() : std::vector<double>{};
  call(name, [&](eg_error* e) { return function(instance_.self(), &block, e); });
  if (is_audited_) check_trespass(name, before, block, old_read_only, old);
}

void EdgeRig::transmit(eg_edge_block block, double t_ms, uint32_t part) {
  if (!edge_.transmit) return;
  const auto synapse = [&](uint32_t k) { return block.edge ? block.edge[k] : block.first_edge + k; };
  const FencedArray<double> transmitted(block.n, 0.0, setup_.fence);
  for (uint32_t k = 0; k < block.n; ++k) transmitted[k] = weight_[synapse(k)];
  block.transmitted = transmitted.data();
  call_rule("transmit", edge_.transmit, block, t_ms, part);
  if (is_audited_ && !transmitted.is_intact() && transmit_trespass_.empty())
    transmit_trespass_ =
        fmt::format("transmit of unit {} wrote beside what its {} synapses are to deliver", block.unit, block.n);
  for (uint32_t k = 0; k < block.n; ++k) delivered_[synapse(k)] = transmitted[k];
}

void EdgeRig::sweep(double t_ms) {
  const auto n = static_cast<uint32_t>(weight_.size());
  const uint32_t at_once = setup_.sweep_n ? setup_.sweep_n : n;
  for (uint32_t first = 0; first < n; first += at_once) {
    eg_edge_block b{};
    b.first_edge = first;
    b.n = std::min(at_once, n - first);
    b.other = target_.data() + first;
    call_rule("sweep", edge_.sweep, b, t_ms);
  }
}

void EdgeRig::update(double t_ms) {
  const auto n_history = static_cast<uint32_t>(post_log_.size());
  if (edge_.keeps_history) {
    uint64_t n = 0;
    for (const auto& steps : arrivals_) n += steps.size();
    shown_ = std::make_unique<History>(History{{setup_.n_pre + size_t{1}, 0, setup_.fence},
                                               {n, 0, setup_.fence},
                                               columns_of(edge_.n_modulators, n_history, 0.0, setup_.fence)});
    uint64_t at = 0;
    for (uint32_t u = 0; u < setup_.n_pre; ++u) {
      for (const uint32_t step : arrivals_[u]) shown_->arrivals[at++] = step;
      shown_->arrivals_begin[u + 1] = at;
    }
    for (uint32_t m = 0; m < edge_.n_modulators; ++m)
      for (uint32_t k = 0; k < n_history; ++k) shown_->modulators[m][k] = modulator_log_[k][m];
  }
  for (uint32_t u = 0; u < setup_.n_post; ++u) {
    auto block = incoming(u);
    if (!edge_.keeps_history) {
      call_rule("update", edge_.update, block, t_ms, part_of(u));
      continue;
    }
    const auto history = columns_of(edge_.n_post_ports, n_history, 0.0, setup_.fence);
    for (uint32_t c = 0; c < history.size(); ++c)
      for (uint32_t k = 0; k < n_history; ++k) history[c][k] = post_log_[k][c * setup_.n_post + u];
    const auto rows = pointers(history);
    block.n_history = n_history;
    block.post_history = rows.data();
    const auto modulators = pointers(shown_->modulators);
    const std::vector<const double*> modulator_rows(modulators.begin(), modulators.end());
    block.pre_history_begin = shown_->arrivals_begin.data();
    block.pre_history = shown_->arrivals.data();
    block.modulator_history = modulator_rows.data();
    call_rule("update", edge_.update, block, t_ms, part_of(u));
    for (const auto& h : history)
      if (is_audited_ && !h.is_intact() && trespass_.empty())
        trespass_ = fmt::format("update of unit {} wrote beside its history of {} steps", u, n_history);
  }
  shown_.reset();
  post_log_.clear();
  modulator_log_.clear();
  for (auto& steps : arrivals_) steps.clear();
}

std::vector<double> EdgeRig::read_only() const {
  std::vector<double> out(modulator_.values().begin(), modulator_.values().end());
  for (const auto& c : post_port_) out.insert(out.end(), c.values().begin(), c.values().end());
  for (const uint64_t e : in_edge_.values()) out.push_back(static_cast<double>(e));
  for (const uint64_t e : out_edge_.values()) out.push_back(static_cast<double>(e));
  for (const uint32_t u : target_.values()) out.push_back(u);
  for (const uint32_t u : source_.values()) out.push_back(u);
  if (!shown_) return out;
  for (const uint64_t k : shown_->arrivals_begin.values()) out.push_back(static_cast<double>(k));
  for (const uint32_t k : shown_->arrivals.values()) out.push_back(k);
  for (const auto& m : shown_->modulators) out.insert(out.end(), m.values().begin(), m.values().end());
  return out;
}

void EdgeRig::check_trespass(std::string_view name, const eg_edge_block& before, const eg_edge_block& block,
                             const std::vector<double>& old_read_only, const std::vector<double>& old) {
  std::string& first = name == "transmit" ? transmit_trespass_ : trespass_;
  const auto found = [&](const std::string& what) {
    if (first.empty()) first = what;
  };
  const std::string who = name == "sweep" ? "sweep" : fmt::format("{} of unit {}", name, before.unit);
  if (std::memcmp(&before, &block, sizeof block) != 0)
    found(fmt::format("{} changed a field of the block that it may only read", name));
  if (read_only() != old_read_only)
    found(
        fmt::format("{} changed synapse lists, required states, modulators or arrivals, which it may only read", name));
  for (const auto& c : columns())
    if (!c.values->is_intact()) found(fmt::format("{} wrote beside {}", who, c.name));
  for (const auto& c : post_port_)
    if (!c.is_intact()) found(fmt::format("{} wrote beside a required state", name));
  // Weights come first in a snapshot, then edge states, then what belongs to units.
  std::vector<bool> is_mine(weight_.size());
  if (name != "transmit")
    for (uint32_t k = 0; k < before.n; ++k) is_mine[before.edge ? before.edge[k] : before.first_edge + k] = true;
  const auto now = snapshot();
  const size_t n_synaptic = weight_.size() * (1 + edge_state_.size());
  for (size_t k = 0; k < n_synaptic; ++k)
    if (!same_bits(now[k], old[k]) && !is_mine[k % weight_.size()])
      found(name == "transmit" ? fmt::format("{} changed the weight or a state of synapse {}", who, k % weight_.size())
                               : fmt::format("{} changed synapse {}, which is not one of those it was called for", who,
                                             k % weight_.size()));
  if (name != "transmit" && name != "sweep") return;
  size_t k = 0;
  for (const auto& c : columns())
    for (size_t unit = 0; unit < c.values->size(); ++unit, ++k) {
      const bool is_own_trace = name == "transmit" && c.is_of_branches && unit == before.unit;
      if (k >= n_synaptic && !is_own_trace && !same_bits(now[k], old[k]))
        found(fmt::format("{} changed traces or their times, which it may only read", who));
    }
}

void EdgeRig::fill(uint64_t step) {
  for (uint32_t m = 0; m < modulator_.size(); ++m)
    modulator_[m] = 2 * draw(setup_.stream, Purpose::observation, m, 0, step).uniform - 1;
  for (uint32_t c = 0; c < post_port_.size(); ++c)
    for (uint32_t u = 0; u < setup_.n_post; ++u)
      post_port_[c][u] = draw(setup_.stream, Purpose::input, c, u, step).uniform;
}

void EdgeRig::init() {
  fill(0);
  for (uint32_t u = 0; u < setup_.n_pre; ++u)
    for (uint32_t part = 0; part < setup_.n_parts; ++part) call_rule("init", edge_.init, outgoing(u, part), 0.0, part);
}

void EdgeRig::step() {
  const double t_ms = static_cast<double>(step_ + 1) * setup_.dt_ms;
  fill(step_);
  const auto fires = [&](uint32_t side, uint32_t unit) {
    return !setup_.is_silent && draw(setup_.stream, Purpose::event, side, unit, step_).uniform < 0.06;
  };
  std::vector<uint32_t> arrivals;
  for (uint32_t u = 0; u < setup_.n_pre; ++u)
    if (fires(0, u)) arrivals.push_back(u);
  const auto is_told = [&](const eg_edge_block& b) { return b.n > 0 || setup_.n_parts == 1; };
  for (const uint32_t u : arrivals)
    for (uint32_t part = 0; part < setup_.n_parts; ++part)
      if (const auto b = outgoing(u, part); is_told(b)) transmit(b, t_ms, part);
  for (const uint32_t u : arrivals)
    for (uint32_t part = 0; part < setup_.n_parts; ++part)
      if (const auto b = outgoing(u, part); is_told(b)) call_rule("pre_spike", edge_.pre_spike, b, t_ms, part);
  for (uint32_t u = 0; u < setup_.n_post; ++u)
    if (fires(1, u)) call_rule("post_spike", edge_.post_spike, incoming(u), t_ms, part_of(u));
  if (edge_.keeps_history) {
    for (const uint32_t u : arrivals) arrivals_[u].push_back(static_cast<uint32_t>(post_log_.size()));
    modulator_log_.emplace_back(modulator_.values().begin(), modulator_.values().end());
    auto& states = post_log_.emplace_back();
    for (const auto& c : post_port_) states.insert(states.end(), c.values().begin(), c.values().end());
  }
  if (update_every_ms_ > 0 && t_ms + 1e-9 >= next_update_ms_) {
    while (next_update_ms_ <= t_ms + 1e-9) next_update_ms_ += std::max(update_every_ms_, setup_.dt_ms);
    sweep(t_ms);
    update(t_ms);
  }
  ++step_;
}

void EdgeRig::call_with_empty_blocks() {
  const double t_ms = static_cast<double>(step_ + 1) * setup_.dt_ms;
  const auto empty = [](eg_edge_block b) {
    b.n = 0;
    return b;
  };
  transmit(empty(outgoing(0, 0)), t_ms, 0);
  call_rule("pre_spike", edge_.pre_spike, empty(outgoing(0, 0)), t_ms);
  call_rule("post_spike", edge_.post_spike, empty(incoming(0)), t_ms);
  if (update_every_ms_ <= 0) return;
  call_rule("sweep", edge_.sweep, empty(outgoing(0, 0)), t_ms);
  if (!edge_.keeps_history) return call_rule("update", edge_.update, empty(incoming(0)), t_ms);
  // A unit without synapses has a history all the same.
  const auto in_begin = in_begin_;
  std::ranges::fill(in_begin_, 0);
  update(t_ms);
  in_begin_ = in_begin;
}

void EdgeRig::resume_from(const EdgeRig& other) {
  const auto from = other.columns(), to = columns();
  for (size_t c = 0; c < to.size(); ++c) std::ranges::copy(from[c].values->values(), to[c].values->data());
  step_ = other.step_;
  next_update_ms_ = other.next_update_ms_;
  post_log_ = other.post_log_;
  modulator_log_ = other.modulator_log_;
  arrivals_ = other.arrivals_;
}

std::vector<EdgeRig::Column> EdgeRig::columns() const {
  std::vector<Column> out{{"the weights", &weight_, -kInfinity, kInfinity}};
  const auto add = [&](const std::vector<FencedArray<double>>& values, const eg_column* columns, const char* what,
                       bool is_of_branches = false) {
    for (size_t c = 0; c < values.size(); ++c)
      out.push_back(
          {fmt::format("{} '{}'", what, columns[c].name), &values[c], columns[c].low, columns[c].high, is_of_branches});
  };
  add(edge_state_, edge_.edge_state, "edge state");
  add(parts_[0].pre, edge_.pre, "pre trace", true);
  add(post_, edge_.post, "post trace");
  out.push_back({"the times of pre traces", &parts_[0].pre_t_ms, -kInfinity, kInfinity, true});
  out.push_back({"the times of post traces", &post_t_ms_, -kInfinity, kInfinity});
  out.push_back({"what is delivered", &delivered_, -kInfinity, kInfinity});
  return out;
}

std::vector<double> EdgeRig::snapshot() const {
  std::vector<double> out;
  for (const auto& c : columns()) out.insert(out.end(), c.values->values().begin(), c.values->values().end());
  return out;
}

std::string EdgeRig::difference(const std::vector<double>& should_be, bool with_branches) const {
  size_t at = 0;
  for (const auto& c : columns())
    for (size_t k = 0; k < c.values->size(); ++k, ++at)
      if (!same_bits((*c.values)[k], should_be[at]) && (with_branches || !c.is_of_branches))
        return fmt::format("{}[{}] is {}, not {}", c.name, k, (*c.values)[k], should_be[at]);
  return "";
}

uint64_t EdgeRig::digest() const {
  Digest d;
  for (const double x : snapshot()) d.add(x);
  return d.value();
}

namespace {

class EdgeExercise : public Exercise {
 public:
  EdgeExercise(Instance& instance, uint64_t stream) : rig_(instance, {.stream = stream}) {}
  uint64_t move() override {
    if (!is_initialised_) rig_.init();
    is_initialised_ = true;
    rig_.step();
    return rig_.digest();
  }

 private:
  EdgeRig rig_;
  bool is_initialised_ = false;
};

}  // namespace

std::unique_ptr<Exercise> make_edge_exercise(Instance& instance, uint64_t stream) {
  return std::make_unique<EdgeExercise>(instance, stream);
}

}  // namespace encephagen::conformance
