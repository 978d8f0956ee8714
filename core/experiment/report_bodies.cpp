// What a report page shows of a body: its trials, some of them step by step, and its poses for the replay.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiment/report_parts.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;
using Numbers = std::vector<double>;

// Rows of whole trials, the first and the last ones in turn, as long as they fit.
std::vector<size_t> rows_shown(const std::vector<int64_t>& trial, size_t most) {
  std::vector<std::pair<size_t, size_t>> trials;  // rows [first, last)
  for (size_t i = 0; i < trial.size(); ++i) {
    if (i == 0 || trial[i] != trial[i - 1]) trials.emplace_back(i, i);
    trials.back().second = i + 1;
  }
  std::vector<bool> is_shown(trials.size(), false);
  size_t n = 0;
  for (size_t k = 0; k < trials.size(); ++k) {
    const size_t at = k % 2 == 0 ? k / 2 : trials.size() - 1 - k / 2;
    const size_t length = trials[at].second - trials[at].first;
    if (n + length > most && n > 0) break;
    is_shown[at] = true, n += length;
  }
  std::vector<size_t> rows;
  for (size_t k = 0; k < trials.size(); ++k)
    for (size_t i = trials[k].first; is_shown[k] && i < trials[k].second && rows.size() < most; ++i) rows.push_back(i);
  return rows;
}

std::string picked(const ArrayData& a, const std::vector<size_t>& rows, ArrayPack& arrays) {
  const size_t width = a.shape.size() > 1 ? a.shape[1] : 1;
  Numbers out;
  out.reserve(rows.size() * width);
  for (const size_t r : rows)
    for (size_t k = 0; k < width; ++k) out.push_back(a.numbers[r * width + k]);
  return arrays.add_f32(out, {rows.size(), width});
}

// Standard deviation of every action within every trial: [trial][action]. A brain whose output has died has none.
Json action_spread(const ArrayData& action, const std::vector<int64_t>& trial, ArrayPack& arrays) {
  const size_t width = action.shape.size() > 1 ? action.shape[1] : 0;
  if (trial.empty() || width == 0) return {};
  const auto n_trials = static_cast<size_t>(trial.back()) + 1;
  Numbers sum(n_trials * width, 0), square(n_trials * width, 0), n(n_trials * width, 0);
  for (size_t r = 0; r < trial.size(); ++r)
    for (size_t k = 0; k < width; ++k) {
      const double v = action.numbers[r * width + k];
      const size_t at = static_cast<size_t>(trial[r]) * width + k;
      if (std::isfinite(v)) sum[at] += v, square[at] += v * v, n[at] += 1;
    }
  for (size_t i = 0; i < sum.size(); ++i)
    sum[i] = n[i] > 1 ? std::sqrt(std::max(0.0, square[i] / n[i] - (sum[i] / n[i]) * (sum[i] / n[i]))) : std::nan("");
  return Json::parse(arrays.add_f32(sum, {n_trials, width}));
}

}  // namespace

std::string report_of_bodies(const ResultReader& file, const ReportDetail& detail, ArrayPack& arrays) {
  Json out = Json::array();
  for (const auto& name : file.list("/bodies")) {
    const std::string base = "/bodies/" + name + "/";
    Json body{{"name", name}};
    if (file.has(base + "trials/steps")) {
      const auto begin = file.read(base + "trials/begin_ms").numbers;
      const auto steps = file.read(base + "trials/steps").integers;
      const auto reward = file.read(base + "trials/reward");
      const size_t terms = reward.shape.size() > 1 ? reward.shape[1] : 0;
      Numbers gain(steps.size(), 0.0), length(steps.begin(), steps.end());
      for (size_t t = 0; t < steps.size(); ++t)
        for (size_t k = 0; k < terms; ++k) gain[t] += reward.numbers[t * terms + k];
      body["trials"] = {{"begin_ms", Json::parse(arrays.add_f32(begin, {begin.size()}))},
                        {"steps", Json::parse(arrays.add_f32(length, {length.size()}))},
                        {"return", Json::parse(arrays.add_f32(gain, {gain.size()}))},
                        {"end", file.read(base + "trials/end").integers}};
    }
    if (file.has(base + "steps/time_ms") && file.has(base + "steps/action")) {
      const auto time = file.read(base + "steps/time_ms").numbers;
      const auto trial = file.read(base + "steps/trial").integers;
      const bool has_poses = file.has(base + "poses/pose");
      const auto pose = has_poses ? file.read(base + "poses/pose") : ArrayData();
      const size_t width = has_poses && pose.shape.size() > 1 ? pose.shape[1] : 1;
      const auto rows = rows_shown(trial, std::clamp(detail.pose_bytes / (4 * width), size_t{200}, size_t{6000}));
      Numbers shown_time, shown_trial;
      for (const size_t r : rows) shown_time.push_back(time[r]), shown_trial.push_back(static_cast<double>(trial[r]));
      const auto names = [&](const char* which) { return file.read(base + "steps/" + which).texts; };
      const auto step = file.read(base + "steps/step_ms").numbers;
      body["step_ms"] = step.empty() ? 0.0 : step[0];
      body["rows"] = time.size();
      body["time_ms"] = Json::parse(arrays.add_f32(shown_time, {rows.size()}));
      body["trial"] = Json::parse(arrays.add_f32(shown_trial, {rows.size()}));
      const auto action = file.read(base + "steps/action");
      body["action"] = Json::parse(picked(action, rows, arrays));
      body["action_name"] = names("action_name");
      body["action_low"] = file.read(base + "steps/action_low").numbers;
      body["action_high"] = file.read(base + "steps/action_high").numbers;
      body["action_sd"] = action_spread(action, trial, arrays);
      body["observation"] = Json::parse(picked(file.read(base + "steps/observation"), rows, arrays));
      body["observation_name"] = names("observation_name");
      body["reward"] = Json::parse(picked(file.read(base + "steps/reward"), rows, arrays));
      body["reward_name"] = names("reward_name");
      if (has_poses) {
        const auto scene = file.read(base + "poses/scene").texts;
        body["pose"] = Json::parse(picked(pose, rows, arrays));
        body["scene"] = scene.empty() ? Json() : Json::parse(scene[0], nullptr, false);
        if (body["scene"].is_discarded()) body["scene"] = Json();
      }
    }
    if (body.size() > 1) out.push_back(std::move(body));
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace encephagen
