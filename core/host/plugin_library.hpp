// Opens one plugin library and shakes hands with it. The only place that knows Boost.DLL.
#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "encephagen/abi/library.h"

namespace encephagen {

// A library that passed the handshake. It is never unloaded: its code and data may be referenced until exit.
struct PluginLibrary {
  std::filesystem::path file;
  const eg_library* library;
};

// Why a file cannot be used, ready to print below its name. Thrown by open_library.
struct LibraryRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Opens `file` (absolute path), checks permissions, entry symbol, magic, ABI version, descriptors and that opening it
// left the floating-point state alone. Throws LibraryRefused. Call from one thread at a time.
PluginLibrary open_library(const std::filesystem::path& file, bool allow_world_writable = false);

// The rules a descriptor must satisfy whatever its kind; empty if it does. Exposed for the conformance kit.
std::string descriptor_fault(const eg_plugin& plugin);

// encephagen_<kind>_<vendor>_<name>.so
std::string library_file_name(std::string_view kind, std::string_view name);

}  // namespace encephagen
