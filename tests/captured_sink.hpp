// A sink that keeps what a batch plugin writes, for tests that call connectomes, null models and analyzers directly.
#pragma once
#include <encephagen/sdk/batch.hpp>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

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
