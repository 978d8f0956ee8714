// The unit shape in C++: block views and the table shared by neurons, encoders, decoders and controllers.
#pragma once
#include <algorithm>
#include <concepts>

#include "encephagen/sdk/base.hpp"

namespace eg {

// A run of units. Columns are addressed by the enum the model declares beside them. Real is double; a model whose init
// and step take blocks of any Real (as templates) also runs in single precision, where a scenario asks for it.
template <class Real>
class UnitBlockOf {
 public:
  explicit UnitBlockOf(eg_unit_block& raw) : raw_(raw) {}
  size_t size() const { return raw_.n; }
  double dt_ms() const { return raw_.dt_ms; }
  double t_ms() const { return raw_.t_ms; }
  // Steps done before this one; encoders count from the start of the episode.
  uint64_t step() const { return raw_.step; }
  std::span<Real> state(size_t column) const { return {reinterpret_cast<Real*>(raw_.state[column]), raw_.n}; }
  std::span<const Real> input(size_t port) const { return view(raw_.input[port]); }
  std::span<const Real> random(size_t column) const { return view(raw_.random[column]); }
  // k counts the per-unit parameters only, in declared order.
  std::span<const Real> param(size_t k) const { return view(raw_.param[k]); }
  bool param_is_uniform(size_t k) const { return raw_.param_is_uniform[k] != 0; }

 protected:
  std::span<const Real> view(const double* column) const { return {reinterpret_cast<const Real*>(column), raw_.n}; }
  eg_unit_block& raw_;
};
using UnitBlock = UnitBlockOf<double>;

template <class Real>
class NeuronBlockOf : public UnitBlockOf<Real> {
 public:
  using UnitBlockOf<Real>::UnitBlockOf;
  template <class R>
  using Of = NeuronBlockOf<R>;
  // Unit i fires in this step. Call it with increasing i, at most once per unit.
  void spike(size_t i) { this->raw_.spikes[this->raw_.n_spikes++] = static_cast<uint32_t>(i); }
};
using NeuronBlock = NeuronBlockOf<double>;

template <class Real>
class EncoderBlockOf : public UnitBlockOf<Real> {
 public:
  using UnitBlockOf<Real>::UnitBlockOf;
  template <class R>
  using Of = EncoderBlockOf<R>;
  std::span<const double> observation() const { return {this->raw_.shared_in, this->raw_.n_shared_in}; }
};
using EncoderBlock = EncoderBlockOf<double>;

template <class Real>
class DecoderBlockOf : public UnitBlockOf<Real> {
 public:
  using UnitBlockOf<Real>::UnitBlockOf;
  template <class R>
  using Of = DecoderBlockOf<R>;
  // Empty in steps after which no action is taken.
  std::span<double> action() const { return {this->raw_.shared_out, this->raw_.n_shared_out}; }
};
using DecoderBlock = DecoderBlockOf<double>;

template <class Real>
class ControllerBlockOf : public UnitBlockOf<Real> {
 public:
  using UnitBlockOf<Real>::UnitBlockOf;
  template <class R>
  using Of = ControllerBlockOf<R>;
  std::span<const double> observation() const { return {this->raw_.shared_in, this->raw_.n_shared_in}; }
  std::span<double> action() const { return {this->raw_.shared_out, this->raw_.n_shared_out}; }
};
using ControllerBlock = ControllerBlockOf<double>;

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
template <class M>
concept Controller = UnitModel<M, ControllerBlock>;

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

  using Single = typename Block::template Of<float>;
  static constexpr bool works_in_single = requires(const M& m, Single& b) {
    m.init(b);
    m.step(b);
  };

  template <class F>
  static void with_block(eg_unit_block* b, F&& f) {
    if constexpr (works_in_single)
      if (b->element == EG_F32) {
        Single block(*b);
        return f(block);
      }
    Block block(*b);
    f(block);
  }
  static eg_status init(const void* self, eg_unit_block* b, eg_error* e) noexcept {
    return guard(e, [&] { with_block(b, [&](auto& block) { model<M>(self).init(block); }); });
  }
  static eg_status step(const void* self, eg_unit_block* b, eg_error* e) noexcept {
    b->n_spikes = 0;
    return guard(e, [&] { with_block(b, [&](auto& block) { model<M>(self).step(block); }); });
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
                                 step,
                                 (1u << EG_F64) | (works_in_single ? 1u << EG_F32 : 0u),
                                 0};
};

}  // namespace detail
}  // namespace eg
