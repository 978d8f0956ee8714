// Rates of groups of neurons as decoders read them: a projection of weight 1 leads from each group to its unit.
#pragma once
#include <encephagen/sdk/decoder.hpp>
#include <encephagen/sdk/math.hpp>

namespace core {

// Base of a decoder's Params.
struct GroupRate {
  double tau_ms = 50, group_size = 1;
  static constexpr auto tau_field =
      eg::param("tau_ms", &GroupRate::tau_ms, eg::range(0.001, 1e6), "time constant over which spikes are counted");
  static constexpr auto size_field =
      eg::param("group_size", &GroupRate::group_size, eg::range(1e-9, 1e9),
                "neurons that the unit reads: what arrives is divided by it", eg::per_unit);

  // Rates in Hz of a neuron of each group: every spike counts e^(-age / tau), so that a constant rate is met exactly.
  void add(std::span<double> rate_hz, std::span<const double> arriving, std::span<const double> size,
           double dt_ms) const {
    const double kappa = eg::exp(-dt_ms / tau_ms), per_spike_hz = (1 - kappa) / (1e-3 * dt_ms);
    for (size_t k = 0; k < rate_hz.size(); ++k) rate_hz[k] = kappa * rate_hz[k] + per_spike_hz * arriving[k] / size[k];
  }
};

inline constexpr eg::Port group_spikes_port{"spikes", "spikes of the group, through weights of 1", EG_ACCEPTS_SPIKES,
                                            EG_SIGN_ANY};
inline constexpr eg::RandomColumn noise_column{"noise", EG_RANDOM_NORMAL, "exploration, at a decision"};

}  // namespace core
