// Calls into plugins: owned parameter values, instances, the datasets and sinks of batch plugins, and who is running
// when the process crashes.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "encephagen/abi/library.h"
#include "host/plugin_registry.hpp"

namespace encephagen {

// One value per declared parameter, in declared order, together with the memory they refer to. Starts with the
// defaults.
class ParamValues {
 public:
  explicit ParamValues(const eg_plugin& plugin);
  ParamValues(const ParamValues&) = delete;
  ParamValues& operator=(const ParamValues&) = delete;
  ParamValues(ParamValues&&) = default;
  ParamValues& operator=(ParamValues&&) = default;

  void set_number(size_t i, double v);
  void set_integer(size_t i, int64_t v);  // integers, flags, index of a choice
  void set_text(size_t i, std::string v);
  void set_numbers(size_t i, std::vector<double> v);
  void set_texts(size_t i, std::vector<std::string> v);
  // Index of a parameter, or -1.
  int index_of(std::string_view name) const;
  const eg_plugin& plugin() const { return *plugin_; }
  const eg_value* data() const { return values_.data(); }
  const eg_value& operator[](size_t i) const { return values_[i]; }

 private:
  const eg_plugin* plugin_;
  std::vector<eg_value> values_;
  std::deque<std::string> texts_;
  std::deque<std::vector<double>> numbers_;
  std::deque<std::vector<const char*>> pointers_;
};

// The table of a plasticity rule in the form of this ABI: what a shorter one, of before 1.2, does not say is null or 0.
// Of its calls only create, destroy, update_every_ms and init are never null.
eg_edge edge_calls(const eg_edge& table);
// The same of a world; before 1.3 it had no disturb.
eg_world world_calls(const eg_world& table);

// What a plugin reported when a call failed. what() is the plugin's own text.
struct PluginFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A created plugin object; destroyed with its owner. Throws PluginFailed when the plugin refuses its parameters.
class PluginInstance {
 public:
  PluginInstance(const eg_plugin& plugin, const ParamValues& values);
  void* self() const { return self_.get(); }
  const eg_plugin& plugin() const { return *plugin_; }
  const eg_unit& unit() const { return *static_cast<const eg_unit*>(plugin_->table); }
  const eg_edge& edge() const { return *static_cast<const eg_edge*>(plugin_->table); }
  const eg_world& world() const { return *static_cast<const eg_world*>(plugin_->table); }
  const eg_batch& batch() const { return *static_cast<const eg_batch*>(plugin_->table); }

 private:
  const eg_plugin* plugin_;
  std::unique_ptr<void, std::function<void(void*)>> self_;
};

// What a world declares; lives as long as the instance. Throws PluginFailed.
eg_spaces spaces_of(const PluginInstance& instance);

// An array the kernel owns, for datasets and for what sinks collect.
struct ArrayData {
  std::string name, doc;
  uint32_t element = EG_F64;
  std::vector<uint64_t> shape;
  std::vector<double> numbers;     // EG_F64
  std::vector<int64_t> integers;   // EG_I64
  std::vector<std::string> texts;  // EG_TEXT_ELEMENT
};

inline ArrayData numbers(std::string name, std::vector<uint64_t> shape, std::vector<double> v) {
  return {std::move(name), "", EG_F64, std::move(shape), std::move(v), {}, {}};
}
inline ArrayData integers(std::string name, std::vector<int64_t> v) {
  return {std::move(name), "", EG_I64, {v.size()}, {}, std::move(v), {}};
}
inline ArrayData texts(std::string name, std::vector<std::string> v) {
  return {std::move(name), "", EG_TEXT_ELEMENT, {v.size()}, {}, {}, std::move(v)};
}

struct MetricData {
  std::string name, unit, group;
  double value;
};

struct MessageData {
  bool is_warning;
  std::string text;
};

struct BatchResult {
  std::vector<ArrayData> arrays;
  std::vector<MetricData> metrics;
  std::vector<MessageData> messages;
  const ArrayData* array(std::string_view name) const;
};

// Runs a batch plugin on `input` (borrowed for the call). Throws PluginFailed.
BatchResult run_batch(const PluginInstance& instance, uint64_t seed, std::span<const ArrayData> input);

// Marks the plugin that runs on this thread, so that a crash can be attributed. Nests. `doing` and `plugin` must
// outlive it.
class CallScope {
 public:
  CallScope(const eg_plugin& plugin, const char* doing) noexcept;
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  const eg_plugin* outer_plugin_;
  const char* outer_doing_;
};

// SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT: say which plugin was running, then exit with status 1.
void install_crash_handler();

}  // namespace encephagen
