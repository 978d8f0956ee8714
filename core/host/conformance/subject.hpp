// The plugin under test: its tables, its parameters, and calls into it that notice what a call must not do.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include "host/conformance/conformance.hpp"
#include "host/conformance/param_table.hpp"
#include "host/conformance/sandbox.hpp"
#include "host/floating_point_state.hpp"

namespace encephagen::conformance {

class Subject {
 public:
  Subject(const FoundPlugin& found, const ConformOptions& options)
      : found_(&found), options_(&options), defaults_(*found.plugin, options.params) {}
  const eg_plugin& plugin() const { return *found_->plugin; }
  const FoundPlugin& found() const { return *found_; }
  const ConformOptions& options() const { return *options_; }
  const eg_unit& unit() const { return *static_cast<const eg_unit*>(plugin().table); }
  const eg_edge& edge() const { return *static_cast<const eg_edge*>(plugin().table); }
  const eg_world& world() const { return *static_cast<const eg_world*>(plugin().table); }
  const eg_batch& batch() const { return *static_cast<const eg_batch*>(plugin().table); }
  bool is_kind(std::string_view kind) const { return kind == plugin().kind; }
  // The element of the columns that its units are given.
  uint32_t element() const { return element_; }
  // The same plugin with columns of another element, if it is a unit plugin that works on them.
  std::optional<Subject> with_element(uint32_t element) const {
    if (plugin().shape != EG_SHAPE_UNIT) return std::nullopt;
    // Plugins of ABI 1.0 have a shorter table.
    const bool says_which = unit().size >= offsetof(eg_unit, elements) + sizeof unit().elements;
    const uint32_t elements = says_which ? unit().elements : 1u << EG_F64;
    if ((elements & (1u << element)) == 0) return std::nullopt;
    Subject other = *this;
    other.element_ = element;
    return other;
  }
  // Defaults and what the user set.
  const ParamTable& defaults() const { return defaults_; }

 private:
  const FoundPlugin* found_;
  const ConformOptions* options_;
  ParamTable defaults_;
  uint32_t element_ = EG_F64;
};

// A call that returned a failure, or let an exception out.
struct CallFailed : std::runtime_error {
  CallFailed(const std::string& call, const std::string& reason, bool gave_reason, bool escaped)
      : std::runtime_error(call + (escaped ? " let an exception escape: " : " failed: ") + reason),
        reason(reason),
        gave_reason(gave_reason) {}
  std::string reason;  // the plugin's own words
  bool gave_reason;    // false if it had none
};

// What calls did in this process that no call may do; the first of each sort. Kept aside so that only the check which
// is about it reports it.
struct Misdeeds {
  std::string floating_point;  // "step changed the rounding direction"
  std::string exception;       // "step let an exception escape: ..."
  std::mutex mutex;            // calls come from several threads
};
Misdeeds& misdeeds();

namespace detail {
void after_call(const char* call, const FloatingPointState& before);
[[noreturn]] void escaped(const char* call);
[[noreturn]] void failed(const char* call, const eg_error& error);
}  // namespace detail

// Calls f() and returns what it returns. Throws CallFailed when an exception comes out.
template <class F>
auto watched(const char* call, F&& f) {
  mark_call(call);
  const FloatingPointState before;
  struct After {  // also when an exception passes
    const char* call;
    const FloatingPointState& before;
    ~After() { detail::after_call(call, before); }
  } const after{call, before};
  try {
    return f();
  } catch (...) {
    detail::escaped(call);
  }
}

// Calls f(eg_error*), which returns a status. Throws CallFailed unless it is EG_OK.
template <class F>
void call(const char* name, F&& f) {
  eg_error error{};
  if (watched(name, [&] { return f(&error); }) != EG_OK) detail::failed(name, error);
}

// A created plugin object, destroyed with its owner.
class Instance {
 public:
  // Throws CallFailed when the plugin refuses `table`.
  Instance(const Subject& subject, const ParamTable& table);
  // From values in a form of one's own; `table` says what they mean.
  Instance(const Subject& subject, const ParamTable& table, RawTable raw);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  void* self() const { return self_; }
  const Subject& subject() const { return *subject_; }
  const ParamTable& table() const { return table_; }
  RawTable& raw() { return raw_; }

 private:
  const Subject* subject_;
  ParamTable table_;
  RawTable raw_;
  void* self_ = nullptr;
};

}  // namespace encephagen::conformance
