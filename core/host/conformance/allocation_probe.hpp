// Counts how often a plugin library asks for memory.
#pragma once
#include <cstdint>

namespace encephagen::conformance {

// From construction on, calls to malloc, operator new and their kin out of the library that holds `address` are
// counted; calls that other libraries make on its behalf are not. Only for a process that ends soon: the detour is not
// undone.
class AllocationProbe {
 public:
  explicit AllocationProbe(const void* address);
  // False where the library's imports could not be found.
  bool is_working() const { return is_working_; }
  static uint64_t count();

 private:
  bool is_working_ = false;
};

}  // namespace encephagen::conformance
