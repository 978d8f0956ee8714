// The files of configs/bodies as text; written by EmbedModels.cmake.
#pragma once
#include <string_view>

namespace physics {

extern const std::string_view cartpole_mjcf, one_leg_mjcf, walker_mjcf;

}  // namespace physics
