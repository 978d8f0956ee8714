// Values for every parameter of a plugin, owned, copyable and describable, and their form as create() takes them.
#include "host/conformance/param_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "host/failure.hpp"
#include "host/text.hpp"

namespace encephagen::conformance {
namespace {

ParamValue preset_of(const eg_param& p) {
  ParamValue v;
  v.number = p.preset.number;
  v.integer = p.preset.integer;
  if (p.preset.text) v.text = p.preset.text;
  if (p.type == EG_NUMBER_LIST) v.numbers.assign(p.preset.numbers, p.preset.numbers + p.preset.count);
  if (p.type == EG_TEXT_LIST) v.texts.assign(p.preset.texts, p.preset.texts + p.preset.count);
  return v;
}

template <class T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
  }
  return out;
}

[[noreturn]] void refuse(const eg_param& p, const std::string& text, const std::string& wanted) {
  throw Failure(Exit::usage, fmt::format("{} = {}: needs {}", p.name, text, wanted));
}

double number_in_range(const eg_param& p, const std::string& text) {
  const auto v = parsed<double>(text);
  if (!v || !(*v >= p.low && *v <= p.high)) refuse(p, text, fmt::format("a number in [{}, {}]", p.low, p.high));
  return *v;
}

void set(ParamValue& v, const eg_param& p, const std::string& text) {
  switch (p.type) {
    case EG_NUMBER:
      v.number = number_in_range(p, text);
      break;
    case EG_INTEGER: {
      const auto i = parsed<int64_t>(text);
      if (!i || static_cast<double>(*i) < p.low || static_cast<double>(*i) > p.high)
        refuse(p, text, fmt::format("a whole number in [{}, {}]", p.low, p.high));
      v.integer = *i;
      break;
    }
    case EG_FLAG:
      if (text != "true" && text != "false") refuse(p, text, "true or false");
      v.integer = text == "true";
      break;
    case EG_CHOICE: {
      const std::vector<std::string> names(p.choices, p.choices + p.n_choices);
      const auto at = std::ranges::find(names, text);
      if (at == names.end()) refuse(p, text, "one of " + join(names, ", "));
      v.integer = at - names.begin();
      break;
    }
    case EG_NUMBER_LIST:
      v.numbers.clear();
      for (const auto& part : split(text)) v.numbers.push_back(number_in_range(p, part));
      break;
    case EG_TEXT_LIST:
      v.texts = split(text);
      break;
    default:
      v.text = text;
  }
}

// What the members that do not belong to a parameter's type hold.
eg_value rubbish() {
  return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<int64_t>::min() + 7, "", nullptr, nullptr, 0};
}

}  // namespace

ParamTable::ParamTable(const eg_plugin& plugin, const Settings& settings) : plugin_(&plugin) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    names.emplace_back(plugin.params[i].name);
    values_.push_back(preset_of(plugin.params[i]));
  }
  was_set_.assign(names.size(), false);
  for (const auto& [name, text] : settings) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end())
      throw Failure(Exit::usage, fmt::format("'{}' is not a parameter of {} '{}'{}", name, plugin.kind, plugin.name,
                                             did_you_mean(name, names)));
    const auto i = static_cast<size_t>(at - names.begin());
    set(values_[i], plugin.params[i], text);
    was_set_[i] = true;
  }
  for (size_t i = 0; i < names.size(); ++i)
    if ((plugin.params[i].flags & EG_PARAM_REQUIRED) != 0 && !was_set_[i]) missing_.push_back(names[i]);
}

std::string ParamTable::describe(size_t i) const {
  const auto& p = param(i);
  const auto& v = values_[i];
  switch (p.type) {
    case EG_NUMBER:
      return fmt::format("{} = {}", p.name, v.number);
    case EG_INTEGER:
      return fmt::format("{} = {}", p.name, v.integer);
    case EG_FLAG:
      return fmt::format("{} = {}", p.name, v.integer != 0);
    case EG_CHOICE:
      return fmt::format("{} = '{}'", p.name, p.choices[v.integer]);
    case EG_NUMBER_LIST:
      return fmt::format("{} = [{}]", p.name, fmt::join(v.numbers, ", "));
    case EG_TEXT_LIST:
      return fmt::format("{} = ['{}']", p.name, fmt::join(v.texts, "', '"));
    default:
      return fmt::format("{} = '{}'", p.name, v.text.size() < 40 ? v.text : v.text.substr(0, 37) + "...");
  }
}

RawTable::RawTable(const ParamTable& table) : copy_{table}, texts_(table.size()) {
  for (size_t i = 0; i < table.size(); ++i) {
    const auto& v = (*owned())[i];
    eg_value raw = rubbish();
    switch (table.param(i).type) {
      case EG_NUMBER:
        raw.number = v.number;
        break;
      case EG_INTEGER:
      case EG_FLAG:
      case EG_CHOICE:
        raw.integer = v.integer;
        break;
      case EG_NUMBER_LIST:
        raw.numbers = v.numbers.data(), raw.count = v.numbers.size();
        break;
      case EG_TEXT_LIST:
        for (const auto& s : v.texts) texts_[i].push_back(s.c_str());
        raw.texts = texts_[i].data(), raw.count = texts_[i].size();
        break;
      default:
        raw.text = v.text.c_str();
    }
    raw_.push_back(raw);
  }
}

RawTable RawTable::of_presets(const ParamTable& table) {
  RawTable out(table);
  for (size_t i = 0; i < table.size(); ++i)
    if (!table.was_set(i)) out.raw_[i] = table.param(i).preset;
  return out;
}

void RawTable::scribble() {
  for (size_t i = 0; i < raw_.size(); ++i) {
    auto& v = (*owned())[i];
    std::ranges::fill(v.text, '#');
    std::ranges::fill(v.numbers, std::numeric_limits<double>::quiet_NaN());
    for (auto& s : v.texts) std::ranges::fill(s, '#');
    for (auto& p : texts_[i]) p = "#";
    raw_[i] = rubbish();
  }
}

}  // namespace encephagen::conformance
