// What there is to see of a model: its shapes, which move and which do not.
#include "scene.hpp"

#include <mujoco/mujoco.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <set>

namespace physics {
namespace {

const char* type_of(int geom_type) {
  switch (geom_type) {
    case mjGEOM_PLANE:
      return "plane";
    case mjGEOM_SPHERE:
      return "sphere";
    case mjGEOM_CAPSULE:
      return "capsule";
    case mjGEOM_ELLIPSOID:
      return "ellipsoid";
    case mjGEOM_CYLINDER:
      return "cylinder";
    case mjGEOM_BOX:
    case mjGEOM_MESH:
      return "box";
    default:
      return nullptr;  // a field of heights: not drawn
  }
}

template <class T>
std::string list_of(const T* values, size_t n) {
  std::string out = "[";
  for (size_t k = 0; k < n; ++k) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%s%.9g", k > 0 ? "," : "", static_cast<double>(values[k]));
    out += text.data();
  }
  return out + "]";
}

// Position and unit quaternion of a geom.
std::array<double, 7> pose_of(const mjData& d, int geom) {
  std::array<double, 7> pose;
  mju_copy3(pose.data(), d.geom_xpos + 3 * geom);
  mju_mat2Quat(pose.data() + 3, d.geom_xmat + 9 * geom);
  return pose;
}

}  // namespace

std::string channel_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    out += std::isalnum(byte) ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return out;
}

Scene::Scene(const mjModel& m, const mjData& d) : json_(R"({"up":"z","view":"xz","shapes":[)") {
  std::set<std::string> used;
  bool is_first = true;
  for (int g = 0; g < m.ngeom; ++g) {
    const char* type = type_of(m.geom_type[g]);
    if (!type) continue;
    json_ += std::string(is_first ? "" : ",") + R"({"type":")" + type + "\",";
    is_first = false;
    json_ += "\"size\":" + list_of(m.geom_size + 3 * g, 3);
    const int material = m.geom_matid[g];
    json_ += ",\"rgba\":" + list_of(material >= 0 ? m.mat_rgba + 4 * material : m.geom_rgba + 4 * g, 4);
    if (m.body_weldid[m.geom_bodyid[g]] == 0) {
      json_ += ",\"at\":" + list_of(pose_of(d, g).data(), 7) + "}";
      continue;
    }
    json_ += ",\"pose\":" + std::to_string(poses_.size()) + "}";
    const char* given = mj_id2name(&m, mjOBJ_GEOM, g);
    std::string name = channel_name(given ? given : "");
    if (name.empty() || !used.insert(name).second) used.insert(name = "geom_" + std::to_string(g));
    moving_.push_back(g);
    for (const char* part : {"_x_m", "_y_m", "_z_m"}) {
      names_.push_back(name + part);
      poses_.push_back({names_.back().c_str(), "position of the shape's centre"});
    }
    for (const char* part : {"_qw", "_qx", "_qy", "_qz"}) {
      names_.push_back(name + part);
      poses_.push_back({names_.back().c_str(), "its direction as a unit quaternion", -1.000001, 1.000001});
    }
  }
  json_ += "]}";
}

void Scene::write(const mjData& d, std::span<double> to) const {
  for (size_t k = 0; k < moving_.size(); ++k) std::ranges::copy(pose_of(d, moving_[k]), to.begin() + 7 * k);
}

}  // namespace physics
