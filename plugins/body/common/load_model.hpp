// Models of MuJoCo from files and from text, and its errors and warnings as what C++ expects.
#pragma once
#include <memory>
#include <string_view>

struct mjModel_;
struct mjData_;

namespace physics {

struct DeleteModel {
  void operator()(mjModel_* model) const;
};
struct DeleteData {
  void operator()(mjData_* data) const;
};
// All that use a model share it, on any thread, and leave it as it is.
using Model = std::shared_ptr<const mjModel_>;
using OwnModel = std::unique_ptr<mjModel_, DeleteModel>;
using Data = std::unique_ptr<mjData_, DeleteData>;

// From now on an error of the engine is a std::runtime_error that leaves through its frames, on any thread, and a
// warning is silent but for the counters in mjData. Without this MuJoCo writes MUJOCO_LOG.TXT into the working folder,
// and after an error waits for the Enter key.
void install_handlers();

// Both install the handlers first. What is loaded already, from the same text or from a file that has not been written
// since, is not loaded again. They throw std::runtime_error with the name, MuJoCo's words (which tell the line) and,
// where the cause is known, what to write instead.
Model load_file(std::string_view path);
Model load_text(std::string_view mjcf, std::string_view name);
OwnModel copy_of(const mjModel_& model);
Data make_data(const mjModel_& model);

}  // namespace physics
