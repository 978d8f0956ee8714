// For authors of plasticity plugins: the edge shape in C++. EG_PLUGIN_LIBRARY(eg::plasticity<YourRule>).
#pragma once
#include <concepts>

#include "encephagen/sdk/base.hpp"

namespace eg {

// The synapses of one unit at one event. k runs over 0 .. size()-1.
class EdgeBlock {
 public:
  explicit EdgeBlock(eg_edge_block& raw) : raw_(raw) {}
  size_t size() const { return raw_.n; }
  double t_ms() const { return raw_.t_ms; }
  double dt_ms() const { return raw_.dt_ms; }
  size_t unit() const { return raw_.unit; }
  size_t other(size_t k) const { return raw_.other[k]; }
  size_t edge(size_t k) const { return raw_.edge ? raw_.edge[k] : raw_.first_edge + k; }
  double& weight(size_t k) const { return raw_.weight[edge(k)]; }
  double& edge_state(size_t column, size_t k) const { return raw_.edge_state[column][edge(k)]; }
  double& pre(size_t column, size_t unit) const { return raw_.pre[column][unit]; }
  double& post(size_t column, size_t unit) const { return raw_.post[column][unit]; }
  double& pre_t_ms(size_t unit) const { return raw_.pre_t_ms[unit]; }
  double& post_t_ms(size_t unit) const { return raw_.post_t_ms[unit]; }
  double post_port(size_t port, size_t unit) const { return raw_.post_port[port][unit]; }
  double modulator(size_t m) const { return raw_.modulator[m]; }
  // In transmit: what synapse k is about to add to its target's port.
  double& transmitted(size_t k) const { return raw_.transmitted[k]; }
  // In update of a rule with keeps_history: what unit() was in every step since the update before, free to overwrite,
  // and in which of these steps spikes of a presynaptic unit arrived.
  std::span<double> post_history(size_t port) const { return {raw_.post_history[port], raw_.n_history}; }
  std::span<const uint32_t> pre_history(size_t unit) const {
    return {raw_.pre_history + raw_.pre_history_begin[unit], raw_.pre_history + raw_.pre_history_begin[unit + 1]};
  }
  std::span<const double> modulator_history(size_t m) const { return {raw_.modulator_history[m], raw_.n_history}; }
  // The synapses of a sweep, which lie side by side.
  std::span<double> weights() const { return {raw_.weight + raw_.first_edge, raw_.n}; }
  std::span<double> edge_states(size_t column) const { return {raw_.edge_state[column] + raw_.first_edge, raw_.n}; }
  eg_edge_block& raw() const { return raw_; }

 private:
  eg_edge_block& raw_;
};

// A rule. `init` sees the outgoing synapses of every presynaptic unit once. The rest is optional: `pre_spike` sees the
// outgoing ones of a unit whose spike arrives, `post_spike` the incoming ones of a unit that fires; each
// update_every_ms(), `sweep` sees all synapses, some thousands at a time, and then `update` the incoming ones of every
// unit. `transmit` may change what a spike that arrives delivers, but not by changing weights. Trace columns start at 0
// with times at 0. `static constexpr bool keeps_history = true` asks for the histories of the required states
// (post_ports) and of arrivals.
template <class M>
concept Plasticity = std::constructible_from<M, const typename M::Params&> && requires(const M& m, EdgeBlock& b) {
  { M::info } -> std::convertible_to<Info>;
  M::Params::fields;
  M::edge_state;
  M::pre_traces;
  M::post_traces;
  m.init(b);
};

namespace detail {

template <class M>
constexpr auto post_port_names() {
  if constexpr (requires { M::post_ports; })
    return M::post_ports;
  else
    return std::array<const char*, 0>{};
}
template <class M>
constexpr auto modulator_names() {
  if constexpr (requires { M::modulators; })
    return M::modulators;
  else
    return std::array<const char*, 0>{};
}

template <class M>
struct EdgeTable {
  static constexpr auto edge_state = export_columns(M::edge_state);
  static constexpr auto pre = export_columns(M::pre_traces);
  static constexpr auto post = export_columns(M::post_traces);
  static constexpr auto post_ports = post_port_names<M>();
  static constexpr auto modulators = modulator_names<M>();

  static double update_every_ms(const void* self) noexcept {
    if constexpr (requires(const M& m) { m.update_every_ms(); })
      return model<M>(self).update_every_ms();
    else
      return 0.0;
  }
  static eg_status init(const void* self, eg_edge_block* b, eg_error* e) noexcept {
    return guard(e, [&] {
      EdgeBlock block(*b);
      model<M>(self).init(block);
    });
  }
  // Null where the model has no such member.
#define EG_EDGE_CALL(name)                                                       \
  static constexpr auto name##_call() {                                          \
    using Call = eg_status (*)(const void*, eg_edge_block*, eg_error*);          \
    if constexpr (requires(const M& m, EdgeBlock& b) { m.name(b); })             \
      return Call{[](const void* self, eg_edge_block* b, eg_error* e) noexcept { \
        return guard(e, [&] {                                                    \
          EdgeBlock block(*b);                                                   \
          model<M>(self).name(block);                                            \
        });                                                                      \
      }};                                                                        \
    else                                                                         \
      return Call{nullptr};                                                      \
  }
  EG_EDGE_CALL(pre_spike)
  EG_EDGE_CALL(post_spike)
  EG_EDGE_CALL(update)
  EG_EDGE_CALL(transmit)
  EG_EDGE_CALL(sweep)
#undef EG_EDGE_CALL
  static constexpr bool keeps_history() {
    if constexpr (requires { M::keeps_history; })
      return M::keeps_history;
    else
      return false;
  }
  static constexpr eg_edge table{sizeof(eg_edge),
                                 static_cast<uint32_t>(edge_state.size()),
                                 static_cast<uint32_t>(pre.size()),
                                 static_cast<uint32_t>(post.size()),
                                 static_cast<uint32_t>(post_ports.size()),
                                 static_cast<uint32_t>(modulators.size()),
                                 edge_state.data(),
                                 pre.data(),
                                 post.data(),
                                 post_ports.data(),
                                 modulators.data(),
                                 update_every_ms,
                                 create<M>,
                                 destroy<M>,
                                 init,
                                 pre_spike_call(),
                                 post_spike_call(),
                                 update_call(),
                                 keeps_history(),
                                 0,
                                 transmit_call(),
                                 sweep_call()};
};

}  // namespace detail

template <Plasticity M>
inline constexpr eg_plugin plasticity = detail::describe<M>("plasticity", EG_SHAPE_EDGE, &detail::EdgeTable<M>::table);

}  // namespace eg
