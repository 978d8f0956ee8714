// What there is to see of a model: its shapes, which move and which do not.
#pragma once
#include <deque>
#include <encephagen/sdk/body.hpp>
#include <span>
#include <string>
#include <vector>

struct mjModel_;
struct mjData_;

namespace physics {

class Scene {
 public:
  // `data` must show the model at its start: shapes that never move are written down from it.
  Scene(const mjModel_& model, const mjData_& data);

  // docs/reference/scene.md: {"up":"z","view":"xz","shapes":[...]}. Sizes are those of MuJoCo's geoms; a mesh is
  // drawn as its box.
  const char* json() const { return json_.c_str(); }
  // Seven for each shape that moves: NAME_x_m, _y_m, _z_m, _qw, _qx, _qy, _qz. They live as long as the scene.
  const std::vector<eg::Channel>& poses() const { return poses_; }
  // [poses().size()]
  void write(const mjData_& data, std::span<double> to) const;

 private:
  std::string json_;
  std::deque<std::string> names_;
  std::vector<eg::Channel> poses_;
  std::vector<int> moving_;  // geoms
};

// A name of MuJoCo's as that of a channel: small letters, digits and underscores.
std::string channel_name(std::string_view name);

}  // namespace physics
