// What the tests of our bodies share: the SDK's stand-in for the kernel, and a folder that must stay empty.
#pragma once
#include <encephagen/sdk/testing.hpp>
#include <filesystem>

namespace physics::testing {

using eg::testing::error_of;
using eg::testing::World;

// Runs in an empty folder of its own, and goes back at the end.
class EmptyFolder {
 public:
  EmptyFolder() : before_(std::filesystem::current_path()), here_(before_ / "an_empty_folder_for_bodies") {
    std::filesystem::remove_all(here_);
    std::filesystem::create_directory(here_);
    std::filesystem::current_path(here_);
  }
  ~EmptyFolder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(here_);
  }
  EmptyFolder(const EmptyFolder&) = delete;
  EmptyFolder& operator=(const EmptyFolder&) = delete;
  bool is_still_empty() const { return std::filesystem::is_empty(here_); }

 private:
  std::filesystem::path before_, here_;
};

}  // namespace physics::testing
