// A body's recording made by hand, for the tests of analyzers.
#pragma once
#include <encephagen/sdk/body_recording.hpp>
#include <limits>
#include <string>
#include <vector>

struct FakeBody {
  struct Row {
    std::vector<double> observation, action, disturbance, reward;
  };
  struct Trial {
    std::vector<Row> rows;  // the first one is its beginning, whose action and reward do not count
    int64_t end = eg::BodyRecording::kTerminated;
    std::string reason{};
  };
  std::vector<std::string> observations{"x"}, actions{"a"}, disturbances, rewards{"r"};
  std::vector<double> low{-1}, high{1};
  std::vector<Trial> trials;
  double step_ms = 20;

  // Valid as long as this object lives and is not changed.
  eg::Recording recording() {
    columns_.assign(7, {});
    trial_.clear(), steps_.clear(), end_.clear(), reasons_.clear(), arrays_.clear();
    auto &time = columns_[0], &observation = columns_[1], &action = columns_[2], &disturbance = columns_[3],
         &reward = columns_[4], &begin = columns_[5], &sums = columns_[6];
    double t = 0;
    for (size_t n = 0; n < trials.size(); ++n) {
      begin.push_back(t);
      std::vector<double> sum(rewards.size(), 0.0);
      for (size_t k = 0; k < trials[n].rows.size(); ++k, t += step_ms) {
        Row row = trials[n].rows[k];
        row.disturbance.resize(disturbances.size());
        row.reward.resize(rewards.size());
        if (k == 0) row.action.assign(actions.size(), std::numeric_limits<double>::quiet_NaN());
        if (k == 0) row.reward.assign(rewards.size(), 0.0);
        time.push_back(t), trial_.push_back(static_cast<int64_t>(n));
        append(observation, row.observation), append(action, row.action), append(disturbance, row.disturbance);
        append(reward, row.reward);
        for (size_t r = 0; r < sum.size(); ++r) sum[r] += row.reward[r];
      }
      append(sums, sum);
      steps_.push_back(static_cast<int64_t>(trials[n].rows.size()) - 1), end_.push_back(trials[n].end);
      reasons_.push_back(trials[n].reason.c_str());
    }
    step_ = {step_ms}, interval_ = {0, t};
    const uint64_t rows = time.size(), n = trials.size();
    add("body.time_ms", EG_F64, time.data(), {rows});
    add("body.trial", EG_I64, trial_.data(), {rows});
    add("body.observation", EG_F64, observation.data(), {rows, observations.size()});
    add("body.action", EG_F64, action.data(), {rows, actions.size()});
    add("body.disturbance", EG_F64, disturbance.data(), {rows, disturbances.size()});
    add("body.reward", EG_F64, reward.data(), {rows, rewards.size()});
    names("body.observation_name", observations, 0), names("body.action_name", actions, 1);
    names("body.disturbance_name", disturbances, 2), names("body.reward_name", rewards, 3);
    add("body.action_low", EG_F64, low.data(), {low.size()});
    add("body.action_high", EG_F64, high.data(), {high.size()});
    add("body.step_ms", EG_F64, step_.data(), {1});
    add("trial.begin_ms", EG_F64, begin.data(), {n});
    add("trial.steps", EG_I64, steps_.data(), {n});
    add("trial.end", EG_I64, end_.data(), {n});
    add("trial.reason", EG_TEXT_ELEMENT, reasons_.data(), {n});
    add("trial.reward", EG_F64, sums.data(), {n, rewards.size()});
    add("interval_ms", EG_F64, interval_.data(), {2});
    raw_ = {sizeof(eg_dataset), static_cast<uint32_t>(arrays_.size()), arrays_.data()};
    return eg::Recording(eg::Dataset(raw_));
  }

 private:
  static void append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }
  void add(const char* name, uint32_t element, const void* data, std::initializer_list<uint64_t> shape) {
    eg_array a{sizeof(eg_array), element, static_cast<uint32_t>(shape.size()), 0, {}, name, nullptr, data};
    std::copy(shape.begin(), shape.end(), a.shape);
    arrays_.push_back(a);
  }
  void names(const char* array, const std::vector<std::string>& of, size_t place) {
    name_texts_[place].clear();
    for (const auto& s : of) name_texts_[place].push_back(s.c_str());
    add(array, EG_TEXT_ELEMENT, name_texts_[place].data(), {of.size()});
  }
  std::vector<std::vector<double>> columns_;
  std::vector<int64_t> trial_, steps_, end_;
  std::vector<const char*> reasons_, name_texts_[4];
  std::vector<double> step_, interval_;
  std::vector<eg_array> arrays_;
  eg_dataset raw_{};
};
