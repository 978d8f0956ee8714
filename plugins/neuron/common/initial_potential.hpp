// The potentials a population starts from: uniform or normal.
#pragma once
#include <encephagen/sdk/neuron.hpp>
#include <stdexcept>

namespace core {

enum class Initial { uniform, normal };

// Base of a model's Params.
struct InitialPotential {
  Initial initial = Initial::uniform;
  double initial_v_low_mv = 0, initial_v_high_mv = 20, initial_v_mean_mv = 0, initial_v_sd_mv = 5;
  static constexpr auto initial_fields =
      eg::list(eg::param("initial", &InitialPotential::initial, eg::choices("uniform", "normal"),
                         "distribution of the initial potential"),
               eg::param("initial_v_low_mv", &InitialPotential::initial_v_low_mv, eg::range(-1000, 1000),
                         "initial = uniform: lower end of the distribution"),
               eg::param("initial_v_high_mv", &InitialPotential::initial_v_high_mv, eg::range(-1000, 1000),
                         "initial = uniform: upper end of the distribution"),
               eg::param("initial_v_mean_mv", &InitialPotential::initial_v_mean_mv, eg::range(-1000, 1000),
                         "initial = normal: mean of the distribution"),
               eg::param("initial_v_sd_mv", &InitialPotential::initial_v_sd_mv, eg::range(0, 1000),
                         "initial = normal: standard deviation of the distribution"));

  void check_initial() const {
    if (initial_v_low_mv > initial_v_high_mv)
      throw std::invalid_argument("initial_v_low_mv is above initial_v_high_mv: swap them");
  }
  // From the random columns below, which must be the model's first two.
  template <class Real>
  void set_initial(const eg::NeuronBlockOf<Real>& b, std::span<Real> v) const {
    const auto u = b.random(0), z = b.random(1);
    for (size_t i = 0; i < v.size(); ++i)
      v[i] = static_cast<Real>(initial == Initial::uniform
                                   ? initial_v_low_mv + (initial_v_high_mv - initial_v_low_mv) * u[i]
                                   : initial_v_mean_mv + initial_v_sd_mv * z[i]);
  }
};

inline constexpr eg::RandomColumn initial_v{"initial_v", EG_RANDOM_UNIFORM,
                                            "place within the range of initial potentials"};
inline constexpr eg::RandomColumn initial_v_normal{"initial_v_normal", EG_RANDOM_NORMAL,
                                                   "initial potential in standard deviations from the mean"};

}  // namespace core
