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
  double low = 0.2, high = 1.8;
  for (size_t i = 0; i < table.size(); ++i) {
    const std::string_view name = table.param(i).name;
    if (table.param(i).type != EG_NUMBER || !std::isfinite(table[i].number)) continue;
    if (name.starts_with("w_min") || name.starts_with("weight_min") || name.starts_with("min_weight"))
      low = table[i].number;
    if (name.starts_with("w_max") || name.starts_with("weight_max") || name.starts_with("max_weight"))
      high = table[i].number;
  }
  return low < high ? std::pair{low, high} : std::pair{0.2, 1.8};
}

}  // namespace

EdgeRig::EdgeRig(Instance& instance, EdgeSetup setup)
    : instance_(instance),
      edge_(instance.subject().edge()),
      setup_(setup),
      out_edge_(count_synapses(setup), 0, setup.fence),
      in_edge_(count_synapses(setup), 0, setup.fence),
      target_(count_synapses(setup), 0, setup.fence),
      source_(count_synapses(setup), 0, setup.fence),
      weight_(count_synapses(setup), 0.0, setup.fence),
      pre_t_ms_(setup.n_pre, 0.0, setup.fence),
      post_t_ms_(setup.n_post, 0.0, setup.fence),
      modulator_(edge_.n_modulators, 0.0, setup.fence),
      edge_state_(columns_of(edge_.n_edge_state, count_synapses(setup), 0.0, setup.fence)),
      pre_(columns_of(edge_.n_pre, setup.n_pre, 0.0, setup.fence)),
      post_(columns_of(edge_.n_post, setup.n_post, 0.0, setup.fence)),
      post_port_(columns_of(edge_.n_post_ports, setup.n_post, 0.0, setup.fence)) {
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

eg_edge_block EdgeRig::outgoing(uint32_t unit) {
  eg_edge_block b{};
  b.unit = unit;
  b.n = static_cast<uint32_t>(out_begin_[unit + 1] - out_begin_[unit]);
  b.first_edge = setup_.lists_edges ? 0 : out_begin_[unit];
  b.edge = setup_.lists_edges ? out_edge_.data() + out_begin_[unit] : nullptr;
  b.other = target_.data() + out_begin_[unit];
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

void EdgeRig::call_rule(const char* name, Function function, eg_edge_block block, double t_ms) {
  if (!function) return;
  auto edge_state = pointers(edge_state_), pre = pointers(pre_), post = pointers(post_);
  const auto ports = pointers(post_port_);
  const std::vector<const double*> port(ports.begin(), ports.end());
  block.size = sizeof block;
  block.t_ms = t_ms;
  block.dt_ms = setup_.dt_ms;
  block.weight = weight_.data();
  block.edge_state = edge_state.data();
  block.pre = pre.data();
  block.post = post.data();
  block.pre_t_ms = pre_t_ms_.data();
  block.post_t_ms = post_t_ms_.data();
  block.post_port = port.data();
  block.modulator = modulator_.data();
  const eg_edge_block before = block;
  const auto old = is_audited_ ? read_only() : std::vector<double>{};
  const auto old_weights = is_audited_ ? snapshot() : std::vector<double>{};
  call(name, [&](eg_error* e) { return function(instance_.self(), &block, e); });
  if (!is_audited_) return;
  check_trespass(name, before, block, old);
  // Synapses of others: weights come first in a snapshot, then edge states.
  std::vector<bool> is_mine(weight_.size());
  for (uint32_t k = 0; k < before.n; ++k) is_mine[before.edge ? before.edge[k] : before.first_edge + k] = true;
  const auto now = snapshot();
  for (size_t k = 0; k < weight_.size() * (1 + edge_state_.size()); ++k)
    if (!same_bits(now[k], old_weights[k]) && !is_mine[k % weight_.size()] && trespass_.empty())
      trespass_ = fmt::format("{} of unit {} changed synapse {}, which is not one of those it was called for", name,
                              before.unit, k % weight_.size());
}

std::vector<double> EdgeRig::read_only() const {
  std::vector<double> out(modulator_.values().begin(), modulator_.values().end());
  for (const auto& c : post_port_) out.insert(out.end(), c.values().begin(), c.values().end());
  for (const uint64_t e : in_edge_.values()) out.push_back(static_cast<double>(e));
  for (const uint64_t e : out_edge_.values()) out.push_back(static_cast<double>(e));
  for (const uint32_t u : target_.values()) out.push_back(u);
  for (const uint32_t u : source_.values()) out.push_back(u);
  return out;
}

void EdgeRig::check_trespass(const char* name, const eg_edge_block& before, const eg_edge_block& block,
                             const std::vector<double>& old) {
  const auto found = [&](const std::string& what) {
    if (trespass_.empty()) trespass_ = what;
  };
  if (std::memcmp(&before, &block, sizeof block) != 0)
    found(fmt::format("{} changed a field of the block that it may only read", name));
  if (read_only() != old)
    found(fmt::format("{} changed synapse lists, required states or modulators, which it may only read", name));
  for (const auto& c : columns())
    if (!c.values->is_intact()) found(fmt::format("{} of unit {} wrote beside {}", name, before.unit, c.name));
  for (const auto& c : post_port_)
    if (!c.is_intact()) found(fmt::format("{} wrote beside a required state", name));
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
  for (uint32_t u = 0; u < setup_.n_pre; ++u) call_rule("init", edge_.init, outgoing(u), 0.0);
}

void EdgeRig::step() {
  const double t_ms = static_cast<double>(step_ + 1) * setup_.dt_ms;
  fill(step_);
  const auto fires = [&](uint32_t side, uint32_t unit) {
    return !setup_.is_silent && draw(setup_.stream, Purpose::event, side, unit, step_).uniform < 0.06;
  };
  for (uint32_t u = 0; u < setup_.n_pre; ++u)
    if (fires(0, u)) call_rule("pre_spike", edge_.pre_spike, outgoing(u), t_ms);
  for (uint32_t u = 0; u < setup_.n_post; ++u)
    if (fires(1, u)) call_rule("post_spike", edge_.post_spike, incoming(u), t_ms);
  if (update_every_ms_ > 0 && t_ms + 1e-9 >= next_update_ms_) {
    while (next_update_ms_ <= t_ms + 1e-9) next_update_ms_ += std::max(update_every_ms_, setup_.dt_ms);
    for (uint32_t u = 0; u < setup_.n_post; ++u) call_rule("update", edge_.update, incoming(u), t_ms);
  }
  ++step_;
}

void EdgeRig::call_with_empty_blocks() {
  const double t_ms = static_cast<double>(step_ + 1) * setup_.dt_ms;
  const auto empty = [](eg_edge_block b) {
    b.n = 0;
    return b;
  };
  call_rule("pre_spike", edge_.pre_spike, empty(outgoing(0)), t_ms);
  call_rule("post_spike", edge_.post_spike, empty(incoming(0)), t_ms);
  if (update_every_ms_ > 0) call_rule("update", edge_.update, empty(incoming(0)), t_ms);
}

void EdgeRig::resume_from(const EdgeRig& other) {
  const auto from = other.columns(), to = columns();
  for (size_t c = 0; c < to.size(); ++c) std::ranges::copy(from[c].values->values(), to[c].values->data());
  step_ = other.step_;
  next_update_ms_ = other.next_update_ms_;
}

std::vector<EdgeRig::Column> EdgeRig::columns() const {
  std::vector<Column> out{{"the weights", &weight_, -kInfinity, kInfinity}};
  const auto add = [&](const std::vector<FencedArray<double>>& values, const eg_column* columns, const char* what) {
    for (size_t c = 0; c < values.size(); ++c)
      out.push_back({fmt::format("{} '{}'", what, columns[c].name), &values[c], columns[c].low, columns[c].high});
  };
  add(edge_state_, edge_.edge_state, "edge state");
  add(pre_, edge_.pre, "pre trace");
  add(post_, edge_.post, "post trace");
  out.push_back({"the times of pre traces", &pre_t_ms_, -kInfinity, kInfinity});
  out.push_back({"the times of post traces", &post_t_ms_, -kInfinity, kInfinity});
  return out;
}

std::vector<double> EdgeRig::snapshot() const {
  std::vector<double> out;
  for (const auto& c : columns()) out.insert(out.end(), c.values->values().begin(), c.values->values().end());
  return out;
}

std::string EdgeRig::difference(const std::vector<double>& should_be) const {
  size_t at = 0;
  for (const auto& c : columns())
    for (size_t k = 0; k < c.values->size(); ++k, ++at)
      if (!same_bits((*c.values)[k], should_be[at]))
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
