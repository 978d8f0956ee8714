// Values for every parameter of a plugin, owned, copyable and describable, and their form as create() takes them.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "encephagen/abi/base.h"
#include "encephagen/abi/library.h"

namespace encephagen::conformance {

struct ParamValue {
  double number = 0;
  int64_t integer = 0;
  std::string text;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  bool operator==(const ParamValue&) const = default;
};

using Settings = std::vector<std::pair<std::string, std::string>>;

class ParamTable {
 public:
  // The defaults, and over them `settings` (name, text as on a command line: numbers, true or false, the name of a
  // choice, lists with commas). Throws Failure(usage) when a setting does not fit the declaration.
  ParamTable(const eg_plugin& plugin, const Settings& settings);

  const eg_plugin& plugin() const { return *plugin_; }
  size_t size() const { return values_.size(); }
  const eg_param& param(size_t i) const { return plugin_->params[i]; }
  ParamValue& operator[](size_t i) { return values_[i]; }
  const ParamValue& operator[](size_t i) const { return values_[i]; }
  // "tau_m_ms = 20", for messages.
  std::string describe(size_t i) const;
  // Required parameters that `settings` did not give.
  const std::vector<std::string>& missing() const { return missing_; }
  bool was_set(size_t i) const { return was_set_[i]; }

 private:
  const eg_plugin* plugin_;
  std::vector<ParamValue> values_;
  std::vector<bool> was_set_;
  std::vector<std::string> missing_;
};

// The array create() is given. Members of eg_value that do not belong to a parameter's type hold rubbish, so that a
// plugin that reads the wrong one is seen.
class RawTable {
 public:
  explicit RawTable(const ParamTable& table);
  // The declared defaults exactly as the plugin wrote them, but for what was set.
  static RawTable of_presets(const ParamTable& table);
  RawTable(RawTable&&) = default;

  const eg_value* data() const { return raw_.data(); }
  // Overwrites all of it, texts and lists included: what a plugin kept a pointer to is gone.
  void scribble();

 private:
  RawTable() = default;
  ParamTable* owned() { return &copy_.front(); }
  std::vector<ParamTable> copy_;  // one; a vector keeps addresses when moved
  std::vector<eg_value> raw_;
  std::vector<std::vector<const char*>> texts_;
};

}  // namespace encephagen::conformance
