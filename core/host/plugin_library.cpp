// Opens one plugin library and shakes hands with it. The only place that knows Boost.DLL.
#include "host/plugin_library.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "host/floating_point_state.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKinds[] = {"neuron", "encoder",    "decoder",    "controller", "plasticity",
                                       "body",   "connectome", "null_model", "analyzer"};
constexpr uint32_t kShapes[] = {EG_SHAPE_UNIT,  EG_SHAPE_UNIT,  EG_SHAPE_UNIT,  EG_SHAPE_UNIT, EG_SHAPE_EDGE,
                                EG_SHAPE_WORLD, EG_SHAPE_BATCH, EG_SHAPE_BATCH, EG_SHAPE_BATCH};

void refuse_world_writable(const fs::path& path, const char* what) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0 || (s.st_mode & S_IWOTH) == 0) return;
  // In a sticky folder (/tmp) nobody can replace the files of others.
  if (!S_ISDIR(s.st_mode) || (s.st_mode & S_ISVTX) == 0)
    throw LibraryRefused(fmt::format("{} can be written by everybody: chmod o-w {}, or pass --allow-insecure-plugins",
                                     what, path.string()));
}

// Boost puts the system's reason in brackets and adds an errno text that misleads ("Bad file descriptor").
std::string system_reason(std::string text) {
  const std::string_view open = "dlerror system message: ";
  if (const auto at = text.find(open); at != std::string::npos) {
    text.erase(0, at + open.size());
    if (const auto end = text.rfind(')'); end != std::string::npos) text.erase(end);
  }
  return text;
}

// Kept open for good, deliberately leaked.
auto& pinned() {
  static auto* libraries = new std::vector<boost::dll::shared_library>;
  return *libraries;
}

bool is_word(const char* text, std::string_view extra) {
  if (!text || !*text) return false;
  return std::ranges::all_of(std::string_view(text), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
  });
}

bool is_plugin_name(const char* text) {
  if (!is_word(text, "_.")) return false;
  const std::string_view name = text;
  const auto dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && name.back() != '.';
}

std::string column_fault(const eg_column* columns, uint32_t n, std::string_view what) {
  if (n > 0 && !columns) return fmt::format("says it has {} {} columns but lists none", n, what);
  for (uint32_t i = 0; i < n; ++i) {
    const auto& c = columns[i];
    if (c.size < sizeof(eg_column)) return fmt::format("{} column {} is smaller than this ABI's", what, i);
    if (!is_word(c.name, "_")) return fmt::format("{} column {} has no proper name", what, i);
    if (!c.doc || !*c.doc) return fmt::format("{} column '{}' has no description", what, c.name);
    if (c.element != EG_F64 || c.device != 0)
      return fmt::format("{} column '{}' has an element type or device that this kernel does not know", what, c.name);
    for (uint32_t k = 0; k < i; ++k)
      if (std::strcmp(columns[k].name, c.name) == 0)
        return fmt::format("{} column '{}' is declared twice", what, c.name);
  }
  return "";
}

std::string param_fault(const eg_param& p) {
  if (p.size < sizeof(eg_param)) return "a parameter is smaller than this ABI's";
  if (!is_word(p.name, "_")) return "a parameter has no proper name (small letters, digits, underscore)";
  if (!p.doc || !*p.doc) return fmt::format("parameter '{}' has no description", p.name);
  if (p.type > EG_TEXT_LIST) return fmt::format("parameter '{}' has a type that this kernel does not know", p.name);
  if (p.type == EG_CHOICE) {
    if (p.n_choices == 0 || !p.choices) return fmt::format("parameter '{}' is a choice of nothing", p.name);
    if (p.preset.integer < 0 || p.preset.integer >= static_cast<int64_t>(p.n_choices))
      return fmt::format("the default of parameter '{}' is not one of its choices", p.name);
    for (uint32_t k = 0; k < p.n_choices; ++k)
      if (!p.choices[k] || !*p.choices[k]) return fmt::format("choice {} of parameter '{}' has no name", k, p.name);
  }
  if ((p.type == EG_TEXT || p.type == EG_FILE || p.type == EG_DATASET) && !p.preset.text)
    return fmt::format("the default of parameter '{}' is a null text", p.name);
  if ((p.type == EG_NUMBER_LIST && p.preset.count > 0 && !p.preset.numbers) ||
      (p.type == EG_TEXT_LIST && p.preset.count > 0 && !p.preset.texts))
    return fmt::format("the default of parameter '{}' is a null list", p.name);
  if (p.type == EG_NUMBER || p.type == EG_INTEGER) {
    const double v = p.type == EG_NUMBER ? p.preset.number : static_cast<double>(p.preset.integer);
    if (!(p.low <= p.high)) return fmt::format("parameter '{}' has an empty range [{}, {}]", p.name, p.low, p.high);
    if (!(v >= p.low && v <= p.high) && (p.flags & EG_PARAM_REQUIRED) == 0)
      return fmt::format("the default of parameter '{}', {}, lies outside its range [{}, {}]", p.name, v, p.low,
                         p.high);
  }
  if ((p.flags & EG_PARAM_PER_UNIT) != 0 && p.type != EG_NUMBER)
    return fmt::format("parameter '{}' differs from unit to unit but is not a number", p.name);
  return "";
}

std::string table_fault(const eg_plugin& p) {
  switch (p.shape) {
    case EG_SHAPE_UNIT: {
      const auto& t = *static_cast<const eg_unit*>(p.table);
      // Tables of ABI 1.0 end before `elements`.
      if (t.size < offsetof(eg_unit, elements)) return "has a unit table smaller than this ABI's";
      if (!t.create || !t.destroy || !t.init || !t.step) return "lacks one of create, destroy, init, step";
      for (const auto& [columns, n, what] : {std::tuple{t.state, t.n_state, "state"},
                                             {t.inputs, t.n_inputs, "input"},
                                             {t.outputs, t.n_outputs, "output"},
                                             {t.random, t.n_random, "random"}})
        if (auto fault = column_fault(columns, n, what); !fault.empty()) return fault;
      for (uint32_t i = 0; i < t.n_outputs; ++i)
        if (t.outputs[i].exposes >= t.n_state)
          return fmt::format("output '{}' exposes a state column that does not exist", t.outputs[i].name);
      for (uint32_t c = 0; c < t.n_state; ++c) {
        if (t.state[c].accepts != EG_STATE_ADDED_TO) continue;
        const std::span outputs(t.outputs, t.n_outputs);
        if (std::string_view(p.kind) != "encoder" ||
            std::ranges::none_of(outputs, [&](const eg_column& o) { return o.exposes == c; }))
          return fmt::format("state column '{}' is one that steps add to, but no output of an encoder",
                             t.state[c].name);
      }
      return "";
    }
    case EG_SHAPE_EDGE: {
      const auto& t = *static_cast<const eg_edge*>(p.table);
      // Tables of before ABI 1.2 end before `keeps_history`.
      if (t.size < offsetof(eg_edge, keeps_history)) return "has an edge table smaller than this ABI's";
      if (!t.create || !t.destroy || !t.init || !t.update_every_ms)
        return "lacks one of create, destroy, init, update_every_ms";
      for (const auto& [columns, n, what] : {std::tuple{t.edge_state, t.n_edge_state, "edge state"},
                                             {t.pre, t.n_pre, "pre trace"},
                                             {t.post, t.n_post, "post trace"}})
        if (auto fault = column_fault(columns, n, what); !fault.empty()) return fault;
      return "";
    }
    case EG_SHAPE_WORLD: {
      const auto& t = *static_cast<const eg_world*>(p.table);
      // Tables of before ABI 1.3 end before `disturb`.
      if (t.size < offsetof(eg_world, disturb)) return "has a world table smaller than this ABI's";
      if (!t.create || !t.destroy || !t.spaces || !t.reset || !t.act || !t.advance || !t.observe || !t.save_size ||
          !t.save || !t.load)
        return "lacks one of create, destroy, spaces, reset, act, advance, observe, save_size, save, load";
      return "";
    }
    default: {
      const auto& t = *static_cast<const eg_batch*>(p.table);
      if (t.size < sizeof(eg_batch)) return "has a batch table smaller than this ABI's";
      if (!t.create || !t.destroy || !t.run) return "lacks one of create, destroy, run";
      return "";
    }
  }
}

}  // namespace

std::string descriptor_fault(const eg_plugin& p) {
  if (p.size < sizeof(eg_plugin)) return "has a plugin descriptor smaller than this ABI's";
  const auto* kind = std::ranges::find(kKinds, std::string_view(p.kind ? p.kind : ""));
  if (kind == std::end(kKinds)) return fmt::format("offers a plugin of unknown kind '{}'", p.kind ? p.kind : "");
  if (p.shape != kShapes[kind - std::begin(kKinds)])
    return fmt::format("offers a {} with the wrong call shape", p.kind);
  if (!is_plugin_name(p.name))
    return fmt::format("offers a {} whose name '{}' is not of the form vendor.name", p.kind, p.name ? p.name : "");
  const std::string who = fmt::format("{} '{}' ", p.kind, p.name);
  if (!p.version || !*p.version) return who + "has no version";
  if (!p.summary || !*p.summary) return who + "has no summary";
  if (!p.table) return who + "has no table of functions";
  if (p.n_params > 0 && !p.params) return who + "says it has parameters but lists none";
  for (uint32_t i = 0; i < p.n_params; ++i) {
    if (auto fault = param_fault(p.params[i]); !fault.empty()) return who + fault;
    for (uint32_t k = 0; k < i; ++k)
      if (std::strcmp(p.params[k].name, p.params[i].name) == 0)
        return who + fmt::format("declares parameter '{}' twice", p.params[i].name);
  }
  if (auto fault = table_fault(p); !fault.empty()) return who + fault;
  return "";
}

PluginLibrary open_library(const fs::path& file, bool allow_world_writable) {
  if (!allow_world_writable) {
    refuse_world_writable(file, "the file");
    refuse_world_writable(file.parent_path(), "its folder");
  }
  const FloatingPointState before;  // constructors run now, and -ffast-math links one that sets flush-to-zero
  boost::dll::shared_library so;
  try {
    // The throwing overload: only it carries the system's reason.
    so.load(file.string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& e) {
    throw LibraryRefused("cannot be opened: " + system_reason(e.what()));
  }
  pinned().push_back(so);
  if (!before.difference().empty()) {
    before.restore();
    throw LibraryRefused(
        "changes the floating-point mode of the whole process when opened: link it without -ffast-math");
  }
  if (!so.has(EG_ENTRY)) throw LibraryRefused("is a shared library but not a plugin: it has no symbol '" EG_ENTRY "'");
  const auto& library = so.get<const eg_library>(EG_ENTRY);
  if (library.magic != EG_MAGIC) throw LibraryRefused("has a damaged '" EG_ENTRY "' (wrong magic)");
  if (library.abi_major != EG_ABI_MAJOR || library.abi_minor > EG_ABI_MINOR)
    throw LibraryRefused(fmt::format("was built for plugin ABI {}.{}, this kernel speaks {}.{}: {}", library.abi_major,
                                     library.abi_minor, EG_ABI_MAJOR, EG_ABI_MINOR,
                                     library.abi_major >= EG_ABI_MAJOR ? "update the kernel" : "rebuild the plugin"));
  if (library.size < sizeof(eg_library)) throw LibraryRefused("has a damaged '" EG_ENTRY "' (too small)");
  if (!library.compiler) throw LibraryRefused("has a damaged '" EG_ENTRY "' (no compiler text)");
  if (library.n_plugins == 0 || !library.plugins) throw LibraryRefused("is a plugin library without plugins");
  for (uint32_t i = 0; i < library.n_plugins; ++i)
    if (auto fault = library.plugins[i] ? descriptor_fault(*library.plugins[i]) : "lists a null plugin"; !fault.empty())
      throw LibraryRefused(fault);
  return {file, &library};
}

std::string library_file_name(std::string_view kind, std::string_view name) {
  std::string file = fmt::format("encephagen_{}_{}.so", kind, name);
  std::replace(file.begin(), file.end() - 3, '.', '_');
  return file;
}

}  // namespace encephagen
