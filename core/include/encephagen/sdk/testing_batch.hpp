// For tests that call connectomes, null models and analyzers directly: a sink that keeps what they write, and a
// recording made by hand.
#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "encephagen/sdk/analyzer.hpp"

namespace eg::testing {

// CapturedSink got; auto sink = got.sink(); model.analyze(recording, sink); got.value("rate_hz", "region:V1").
struct CapturedSink {
  struct Array {
    std::vector<uint64_t> shape;
    std::vector<double> numbers;
    std::vector<int64_t> integers;
    std::vector<std::string> texts;
  };
  struct Metric {
    std::string unit;
    double value;
  };
  std::map<std::string, Array> arrays;
  std::map<std::pair<std::string, std::string>, Metric> metrics;  // {name, group}
  std::vector<std::string> notes, warnings;

  eg::Sink sink() { return eg::Sink(raw_); }
  bool has(const std::string& name, const std::string& group = "") const { return metrics.contains({name, group}); }
  // Throws std::out_of_range when there is no such metric.
  double value(const std::string& name, const std::string& group = "") const { return metrics.at({name, group}).value; }
  std::string unit(const std::string& name, const std::string& group = "") const {
    return metrics.at({name, group}).unit;
  }

  CapturedSink() = default;
  CapturedSink(const CapturedSink&) = delete;  // the C sink holds its address

 private:
  static eg_status on_array(void* self, const eg_array* a, eg_error*) {
    Array kept{{a->shape, a->shape + a->n_dims}, {}, {}, {}};
    uint64_t n = 1;
    for (const uint64_t s : kept.shape) n *= s;
    if (a->element == EG_F64)
      kept.numbers.assign(static_cast<const double*>(a->data), static_cast<const double*>(a->data) + n);
    if (a->element == EG_I64)
      kept.integers.assign(static_cast<const int64_t*>(a->data), static_cast<const int64_t*>(a->data) + n);
    if (a->element == EG_TEXT_ELEMENT)
      kept.texts.assign(static_cast<const char* const*>(a->data), static_cast<const char* const*>(a->data) + n);
    static_cast<CapturedSink*>(self)->arrays[a->name] = std::move(kept);
    return EG_OK;
  }
  // A kernel stores one value per name and group, so a second one is an error of the plugin.
  static eg_status on_metric(void* self, const eg_metric* m, eg_error* e) {
    const bool is_new =
        static_cast<CapturedSink*>(self)->metrics.insert({{m->name, m->group}, {m->unit, m->value}}).second;
    if (!is_new) std::snprintf(e->text, sizeof e->text, "metric '%s' of '%s' was written twice", m->name, m->group);
    return is_new ? EG_OK : EG_FAILED;
  }
  static eg_status on_message(void* self, uint32_t severity, const char* text, eg_error*) {
    auto& sink = *static_cast<CapturedSink*>(self);
    (severity == EG_WARNING ? sink.warnings : sink.notes).emplace_back(text);
    return EG_OK;
  }
  eg_sink raw_{sizeof(eg_sink), 0, this, on_array, on_metric, on_message};
};

// A recording made by hand, for the tests of analyzers.
struct FakeRecording {
  std::vector<std::string> labels, groups;
  std::vector<std::vector<double>> unit_signal;  // [unit][sample]
  std::vector<int64_t> unit_region, spike_unit_region, spike_unit;
  std::vector<double> spike_time_ms, stimulus_onset_ms, stimulus_duration_ms, weights;
  double from_ms = 0, to_ms = 0, interval_ms = 1;
  // Further arrays by name, of one dimension.
  std::map<std::string, std::vector<double>> more_numbers;
  std::map<std::string, std::vector<int64_t>> more_integers;
  std::map<std::string, std::vector<const char*>> more_texts;

  // One unit per region; samples stand at from + interval, from + 2 interval, ... as after each step of a simulation.
  static FakeRecording of_regions(std::vector<std::vector<double>> series, double interval_ms,
                                  std::vector<std::string> groups = {}) {
    FakeRecording out;
    out.interval_ms = interval_ms;
    out.groups = std::move(groups);
    for (size_t r = 0; r < series.size(); ++r) {
      out.labels.push_back("R" + std::to_string(r));
      out.unit_region.push_back(static_cast<int64_t>(r));
    }
    out.to_ms = interval_ms * static_cast<double>(series.at(0).size());
    out.unit_signal = std::move(series);
    return out;
  }

  // Valid as long as this object lives and is not changed.
  eg::Recording recording() {
    groups.resize(labels.size());
    const size_t n_samples = unit_signal.empty() ? 0 : unit_signal[0].size(), n_units = unit_signal.size();
    signal_.assign(n_samples * n_units, 0.0);
    time_.clear();
    for (size_t t = 0; t < n_samples; ++t) {
      time_.push_back(from_ms + interval_ms * static_cast<double>(t + 1));
      for (size_t u = 0; u < n_units; ++u) signal_[t * n_units + u] = unit_signal[u][t];
    }
    interval_ = {from_ms, to_ms};
    stimulus_duration_ms.resize(stimulus_onset_ms.size());
    label_texts_.clear(), group_texts_.clear(), arrays_.clear();
    for (const auto& s : labels) label_texts_.push_back(s.c_str());
    for (const auto& s : groups) group_texts_.push_back(s.c_str());
    const uint64_t regions = labels.size();
    if (n_units > 0) {
      add("signal", EG_F64, signal_.data(), {n_samples, n_units});
      add("time_ms", EG_F64, time_.data(), {n_samples});
      add("unit_region", EG_I64, unit_region.data(), {n_units});
    }
    if (!spike_unit_region.empty()) {
      add("spike_time_ms", EG_F64, spike_time_ms.data(), {spike_time_ms.size()});
      add("spike_unit", EG_I64, spike_unit.data(), {spike_unit.size()});
      add("spike_unit_region", EG_I64, spike_unit_region.data(), {spike_unit_region.size()});
    }
    add("region_label", EG_TEXT_ELEMENT, label_texts_.data(), {regions});
    add("region_group", EG_TEXT_ELEMENT, group_texts_.data(), {regions});
    if (!weights.empty()) add("weights", EG_F64, weights.data(), {regions, regions});
    add("interval_ms", EG_F64, interval_.data(), {2});
    add("stimulus_onset_ms", EG_F64, stimulus_onset_ms.data(), {stimulus_onset_ms.size()});
    add("stimulus_duration_ms", EG_F64, stimulus_duration_ms.data(), {stimulus_duration_ms.size()});
    for (const auto& [name, v] : more_numbers) add(name.c_str(), EG_F64, v.data(), {v.size()});
    for (const auto& [name, v] : more_integers) add(name.c_str(), EG_I64, v.data(), {v.size()});
    for (const auto& [name, v] : more_texts) add(name.c_str(), EG_TEXT_ELEMENT, v.data(), {v.size()});
    raw_ = {sizeof(eg_dataset), static_cast<uint32_t>(arrays_.size()), arrays_.data()};
    return eg::Recording(eg::Dataset(raw_));
  }

 private:
  void add(const char* name, uint32_t element, const void* data, std::initializer_list<uint64_t> shape) {
    eg_array a{sizeof(eg_array), element, static_cast<uint32_t>(shape.size()), 0, {}, name, nullptr, data};
    std::copy(shape.begin(), shape.end(), a.shape);
    arrays_.push_back(a);
  }
  std::vector<double> signal_, time_, interval_;
  std::vector<const char*> label_texts_, group_texts_;
  std::vector<eg_array> arrays_;
  eg_dataset raw_{};
};

}  // namespace eg::testing
