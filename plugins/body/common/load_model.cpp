// Models of MuJoCo from files and from text, and its errors and warnings as what C++ expects.
#include "load_model.hpp"

#include <mujoco/mujoco.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

namespace physics {
namespace {

void throw_error(const char* text) { throw std::runtime_error(text); }
void ignore_warning(const char*) {}

OwnModel load(const char* path, const mjVFS* vfs, std::string_view name) {
  std::array<char, 1000> words{};
  OwnModel model;
  try {
    model.reset(mj_loadXML(path, vfs, words.data(), static_cast<int>(words.size())));
  } catch (const std::exception& e) {
    std::strncpy(words.data(), e.what(), words.size() - 1);
  }
  if (model) return model;
  std::string text(words.data());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text)
    if (c == '\n') c = ' ';
  text = std::string(name) + ": MuJoCo cannot load this model: " + text;
  // MuJoCo 3 takes a range for a limit; version 2 wants to be told so.
  if (text.find("limited") != std::string::npos)
    text += "; with <compiler autolimits=\"true\"/> in the file a range limits, in MuJoCo 2.2 and later";
  throw std::runtime_error(text);
}

// The model of that key that is in use, or a new one.
template <class F>
Model shared(const std::string& key, const F& load_anew) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const mjModel_>> in_use;
  const std::lock_guard lock(mutex);
  std::erase_if(in_use, [](const auto& entry) { return entry.second.expired(); });
  if (const auto found = in_use.find(key); found != in_use.end())
    if (auto model = found->second.lock()) return model;
  Model model = load_anew();
  in_use[key] = model;
  return model;
}

OwnModel load_contents(std::string_view mjcf, std::string_view name) {
  const auto vfs = std::make_unique<mjVFS>();  // 2 MB in version 2: never on a stack
  mj_defaultVFS(vfs.get());
#if mjVERSION_HEADER < 3001002
  mj_makeEmptyFileVFS(vfs.get(), "model.xml", static_cast<int>(mjcf.size()));
  std::memcpy(vfs->filedata[mj_findFileVFS(vfs.get(), "model.xml")], mjcf.data(), mjcf.size());
#else
  mj_addBufferVFS(vfs.get(), "model.xml", mjcf.data(), static_cast<int>(mjcf.size()));
#endif
  struct Delete {
    void operator()(mjVFS* v) const { mj_deleteVFS(v); }
  };
  const std::unique_ptr<mjVFS, Delete> contents(vfs.get());
  return load("model.xml", vfs.get(), name);
}

}  // namespace

void DeleteModel::operator()(mjModel_* model) const { mj_deleteModel(model); }
void DeleteData::operator()(mjData_* data) const { mj_deleteData(data); }

void install_handlers() {
  // Several threads, and several plugins with their own copy of this code, may come here at once; all write the same.
  std::atomic_ref(mju_user_error).store(throw_error);
  std::atomic_ref(mju_user_warning).store(ignore_warning);
}

Model load_file(std::string_view path) {
  install_handlers();
  const std::string file(path);
  if (!std::filesystem::is_regular_file(file)) throw std::runtime_error(file + ": there is no such file");
  const auto written = std::filesystem::last_write_time(file).time_since_epoch().count();
  return shared("file " + std::filesystem::canonical(file).string() + ' ' + std::to_string(written),
                [&] { return load(file.c_str(), nullptr, file); });
}

Model load_text(std::string_view mjcf, std::string_view name) {
  install_handlers();
  return shared("text " + std::string(mjcf), [&] { return load_contents(mjcf, name); });
}

OwnModel copy_of(const mjModel_& model) {
  OwnModel copy(mj_copyModel(nullptr, &model));
  if (!copy) throw std::runtime_error("MuJoCo has no memory for a copy of a model");
  return copy;
}

Data make_data(const mjModel_& model) {
  Data data(mj_makeData(&model));
  if (!data) throw std::runtime_error("MuJoCo has no memory for the state of a model");
  return data;
}

}  // namespace physics
