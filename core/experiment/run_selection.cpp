// Picks the runs of an arm, at one sweep point if asked.
#include "experiment/run_selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "host/text.hpp"

namespace encephagen {
namespace {

void add_once(std::vector<std::string>& list, const std::string& item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

std::string_view unquoted(std::string_view v) {
  if (v.size() >= 2 && (v.front() == '"' || v.front() == '\'') && v.back() == v.front())
    return v.substr(1, v.size() - 2);
  return v;
}

bool same_value(std::string_view a, std::string_view b) {
  if (unquoted(a) == unquoted(b)) return true;
  const auto x = sweep_number(a), y = sweep_number(b);
  return x && y && *x == *y;
}

const std::string* value_of(const RunInfo& run, const std::string& key) {
  const auto found = std::ranges::find(run.sweep, key, &std::pair<std::string, std::string>::first);
  return found == run.sweep.end() ? nullptr : &found->second;
}

std::string point_text(const SweepPoint& point) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : point) parts.push_back(key + " = " + value);
  return join(parts, ", ");
}

std::string there_are(const std::string& suggestion, const char* words, const std::vector<std::string>& names) {
  return fmt::format("{} {}: {}", suggestion.empty() ? ";" : suggestion, words, join(names, ", "));
}

}  // namespace

std::optional<double> sweep_number(std::string_view v) {
  double out = 0;
  const auto [end, status] = std::from_chars(v.data(), v.data() + v.size(), out);
  return status == std::errc() && end == v.data() + v.size() ? std::optional(out) : std::nullopt;
}

RunSelection select_runs(std::span<const RunInfo> runs, const std::string& arm, const SweepPoint& where) {
  RunSelection out;
  std::vector<std::string> arms, keys;
  for (size_t i = 0; i < runs.size(); ++i) {
    add_once(arms, runs[i].arm);
    for (const auto& [key, value] : runs[i].sweep) add_once(keys, key);
    if (runs[i].arm == arm) out.runs.push_back(i);
  }
  if (out.runs.empty()) {
    out.error = fmt::format("there is no arm '{}'{}", arm, there_are(did_you_mean(arm, arms), "arms", arms));
    return out;
  }
  for (const auto& [key, wanted] : where) {
    if (std::ranges::find(keys, key) == keys.end()) {
      out.error = keys.empty() ? fmt::format("where: '{}' is not swept: the experiment has no sweep", key)
                               : fmt::format("where: '{}' is not swept{}", key,
                                             there_are(did_you_mean(key, keys), "swept", keys));
      out.runs.clear();
      return out;
    }
    std::vector<std::string> values;
    std::vector<size_t> kept;
    bool is_swept = false;
    for (const size_t r : out.runs) {
      const auto* value = value_of(runs[r], key);
      if (value) {
        is_swept = true;
        add_once(values, *value);
      }
      if (!value || same_value(*value, wanted)) kept.push_back(r);
    }
    if (!is_swept)
      out.caveats.push_back(fmt::format("arm '{}' does not sweep '{}': where does not apply to it", arm, key));
    if (kept.empty()) {
      out.error = fmt::format("no run of arm '{}' has {} = {}; it has: {}", arm, key, wanted, join(values, ", "));
      out.runs.clear();
      return out;
    }
    out.runs = std::move(kept);
  }
  for (const size_t r : out.runs) add_once(out.points, point_text(runs[r].sweep));
  return out;
}

}  // namespace encephagen
