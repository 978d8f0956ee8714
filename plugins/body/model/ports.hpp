// What a model file declares, as channels: actuators are actions, numbers of sensors are observations.
#pragma once
#include <deque>
#include <encephagen/sdk/body.hpp>
#include <string>
#include <vector>

struct mjModel_;

namespace mujoco {

struct Ports {
  // Throws std::runtime_error when two would have the same name.
  explicit Ports(const mjModel_& model);

  std::deque<std::string> texts;  // names and descriptions
  std::vector<eg::Channel> actions;
  std::vector<eg::Channel> observations;
  bool has_sensors;  // else the observations are positions and speeds of joints, as they lie in the state
};

}  // namespace mujoco
