// The unit shape in C++: block views and the table shared by neurons, encoders and decoders.
#pragma once
#include <algorithm>
#include <concepts>

#include "encephagen/sdk/base.hpp"

namespace eg {

// A run of units. Columns are addressed by the enum the model declares beside them.
class UnitBlock {
 public:
  explicit UnitBlock(eg_unit_block& raw) : raw_(raw) {}
  size_t size() const { return raw_.n; }
  double dt_ms() const { return raw_.dt_ms; }
  double t_ms() const { return raw_.t_ms; }
  std::span<double> state(size_t column) const { return {raw_.state[column], raw_.n}; }
  std::span<const double> input(size_t port) const { return {raw_.input[port], raw_.n}; }
  std::span<const double> random(size_t column) const { return {raw_.random[column], raw_.n}; }
  // k counts the per-unit parameters only, in declared order.
  std::span<const double> param(size_t k) const { return {raw_.param[k], raw_.n}; }
  bool param_is_uniform(size_t k) const { return raw_.param_is_uniform[k] != 0; }

 protected:
  eg_unit_block& raw_;
};

class NeuronBlock : public UnitBlock {
 public:
  using UnitBlock::UnitBlock;
  // Unit i fires in this step. Call it with increasing i, at most once per unit.
  void spike(size_t i) { raw_.spikes[raw_.n_spikes++] = static_cast<uint32_t>(i); }
};

class EncoderBlock : public UnitBlock {
 public:
  using UnitBlock::UnitBlock;
  std::span<const double> observation() const { return {raw_.shared_in, raw_.n_shared_in}; }
};

class DecoderBlock : public UnitBlock {
 public:
  using UnitBlock::UnitBlock;
  std::span<double> action() const { return {raw_.shared_out, raw_.n_shared_out}; }
};

template <class M, class Block>
concept UnitModel = std::constructible_from<M, const typename M::Params&> && requires(const M& m, Block& b) {
  { M::info } -> std::convertible_to<Info>;
  M::Params::fields;
  M::state;
  m.init(b);
  m.step(b);
};

template <class M>
concept NeuronModel = UnitModel<M, NeuronBlock> && requires {
  M::inputs;
};
template <class M>
concept Encoder = UnitModel<M, EncoderBlock> && requires {
  M::outputs;
};
template <class M>
concept Decoder = UnitModel<M, DecoderBlock> && requires {
  M::inputs;
};

namespace detail {

template <class M>
constexpr const auto& inputs_list() {
  if constexpr (requires { M::inputs; })
    return M::inputs;
  else
    return none;
}
template <class M>
constexpr const auto& outputs_list() {
  if constexpr (requires { M::outputs; })
    return M::outputs;
  else
    return none;
}
template <class M>
constexpr const auto& random_list() {
  if constexpr (requires { M::random; })
    return M::random;
  else
    return none;
}
// A model without output ports is taken to speak in spikes unless it says otherwise.
template <class M>
constexpr bool spikes() {
  if constexpr (requires { M::can_spike; })
    return M::can_spike;
  else
    return !requires { M::outputs; };
}

template <class M, class Block>
struct UnitTable {
  static constexpr auto state = export_columns(M::state);
  static constexpr auto inputs = export_columns(inputs_list<M>());
  static constexpr auto outputs = export_columns(outputs_list<M>());
  static constexpr auto random = export_columns(random_list<M>());

  static eg_status init(const void* self, eg_unit_block* b, eg_error* e) noexcept {
    return guard(e, [&] {
      Block block(*b);
      model<M>(self).init(block);
    });
  }
  static eg_status step(const void* self, eg_unit_block* b, eg_error* e) noexcept {
    return guard(e, [&] {
      Block block(*b);
      b->n_spikes = 0;
      model<M>(self).step(block);
    });
  }
  static constexpr eg_unit table{sizeof(eg_unit),
                                 static_cast<uint32_t>(state.size()),
                                 static_cast<uint32_t>(inputs.size()),
                                 static_cast<uint32_t>(outputs.size()),
                                 static_cast<uint32_t>(random.size()),
                                 std::is_same_v<Block, NeuronBlock>&& spikes<M>(),
                                 state.data(),
                                 inputs.data(),
                                 outputs.data(),
                                 random.data(),
                                 create<M>,
                                 destroy<M>,
                                 init,
                                 step};
};

}  // namespace detail
}  // namespace eg
