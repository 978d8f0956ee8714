// What a model file declares, as channels: actuators are actions, numbers of sensors are observations.
#include "ports.hpp"

#include <mujoco/mujoco.h>

#include <array>
#include <set>
#include <stdexcept>

#include "scene.hpp"

namespace mujoco {
namespace {

std::string name_of(const mjModel& m, int type, int k, const char* otherwise) {
  const char* given = mj_id2name(&m, type, k);
  if (given && *given) return physics::channel_name(given);
  return std::string(otherwise) + "_" + std::to_string(k);
}

// The unit of a sensor's numbers; "" where they have none, or it is not known.
std::string unit_of(const mjModel& m, int sensor) {
  const bool is_slide = m.sensor_objtype[sensor] == mjOBJ_JOINT && m.jnt_type[m.sensor_objid[sensor]] == mjJNT_SLIDE;
  switch (m.sensor_type[sensor]) {
    case mjSENS_JOINTPOS:
    case mjSENS_JOINTLIMITPOS:
      return is_slide ? "_m" : "_rad";
    case mjSENS_JOINTVEL:
    case mjSENS_JOINTLIMITVEL:
      return is_slide ? "_m_per_s" : "_rad_per_s";
    case mjSENS_TENDONPOS:
    case mjSENS_FRAMEPOS:
    case mjSENS_SUBTREECOM:
    case mjSENS_RANGEFINDER:
      return "_m";
    case mjSENS_TENDONVEL:
    case mjSENS_VELOCIMETER:
    case mjSENS_FRAMELINVEL:
    case mjSENS_SUBTREELINVEL:
      return "_m_per_s";
    case mjSENS_GYRO:
    case mjSENS_BALLANGVEL:
    case mjSENS_FRAMEANGVEL:
      return "_rad_per_s";
    case mjSENS_ACCELEROMETER:
    case mjSENS_FRAMELINACC:
      return "_m_per_s2";
    case mjSENS_FRAMEANGACC:
      return "_rad_per_s2";
    case mjSENS_TOUCH:
    case mjSENS_FORCE:
      return "_n";
    case mjSENS_TORQUE:
      return "_nm";
    case mjSENS_CLOCK:
      return "_s";
    default:
      return "";
  }
}

bool is_quaternion(int sensor_type) { return sensor_type == mjSENS_BALLQUAT || sensor_type == mjSENS_FRAMEQUAT; }

class Names {
 public:
  explicit Names(Ports& ports) : ports_(ports) {}
  eg::Channel channel(const std::string& name, const std::string& doc, double low, double high) {
    if (!used_.insert(name).second)
      throw std::runtime_error("two channels of the model would be called '" + name +
                               "' (small letters, digits and underscores): rename one of them in the file");
    ports_.texts.push_back(name);
    const char* kept_name = ports_.texts.back().c_str();
    ports_.texts.push_back(doc);
    return {kept_name, ports_.texts.back().c_str(), low, high};
  }

 private:
  Ports& ports_;
  std::set<std::string> used_;
};

void add_sensors(const mjModel& m, Ports& ports) {
  Names names(ports);
  for (int k = 0; k < m.nsensor; ++k) {
    const std::string name = name_of(m, mjOBJ_SENSOR, k, "sensor"), unit = unit_of(m, k);
    const int n = m.sensor_dim[k];
    for (int part = 0; part < n; ++part) {
      const auto at = static_cast<size_t>(part);
      std::string which;
      if (is_quaternion(m.sensor_type[k]))
        which = std::array{"_qw", "_qx", "_qy", "_qz"}[at];
      else if (n == 3)
        which = std::array{"_x", "_y", "_z"}[at];
      else if (n > 1)
        which = "_" + std::to_string(part);
      std::string whole = name + which;
      if (!whole.ends_with(unit)) whole += unit;
      ports.observations.push_back(names.channel(whole, "sensor of the model file", -eg::infinity, eg::infinity));
    }
  }
}

void add_joints(const mjModel& m, Ports& ports) {
  Names names(ports);
  std::vector<eg::Channel> speeds;
  constexpr std::array free_positions{"_x_m", "_y_m", "_z_m", "_qw", "_qx", "_qy", "_qz"};
  constexpr std::array free_speeds{"_x_m_per_s",   "_y_m_per_s",   "_z_m_per_s",
                                   "_x_rad_per_s", "_y_rad_per_s", "_z_rad_per_s"};
  for (int k = 0; k < m.njnt; ++k) {
    const std::string name = name_of(m, mjOBJ_JOINT, k, "joint");
    const auto position = [&](const char* suffix) {
      ports.observations.push_back(names.channel(name + suffix, "coordinate of a joint", -eg::infinity, eg::infinity));
    };
    const auto speed = [&](const char* suffix) {
      speeds.push_back(names.channel(name + suffix, "speed of a joint", -eg::infinity, eg::infinity));
    };
    switch (m.jnt_type[k]) {
      case mjJNT_FREE:
        for (const char* suffix : free_positions) position(suffix);
        for (const char* suffix : free_speeds) speed(suffix);
        break;
      case mjJNT_BALL:
        for (size_t i = 3; i < 7; ++i) position(free_positions[i]);
        for (size_t i = 3; i < 6; ++i) speed(free_speeds[i]);
        break;
      case mjJNT_SLIDE:
        position("_m"), speed("_m_per_s");
        break;
      default:
        position("_rad"), speed("_rad_per_s");
    }
  }
  ports.observations.insert(ports.observations.end(), speeds.begin(), speeds.end());
}

}  // namespace

Ports::Ports(const mjModel_& m) : has_sensors(m.nsensor > 0) {
  Names names(*this);
  for (int k = 0; k < m.nu; ++k) {
    const bool is_limited = m.actuator_ctrllimited[k];
    actions.push_back(names.channel(name_of(m, mjOBJ_ACTUATOR, k, "actuator"), "actuator of the model file",
                                    is_limited ? m.actuator_ctrlrange[2 * k] : -eg::infinity,
                                    is_limited ? m.actuator_ctrlrange[2 * k + 1] : eg::infinity));
  }
  has_sensors ? add_sensors(m, *this) : add_joints(m, *this);
}

}  // namespace mujoco
