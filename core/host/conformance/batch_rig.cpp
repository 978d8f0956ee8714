// A batch plugin under test: one run over a dataset, with a sink that looks closely.
#include "host/conformance/batch_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <set>
#include <utility>

#include "host/conformance/exercise.hpp"

namespace encephagen::conformance {
namespace {

// The dataset as a plugin sees it, from copies whose change shows.
class Input {
 public:
  Input(const Sample& sample, Fence fence) : sample_(sample), kept_(sample) {
    for (const auto& a : kept_.arrays) {
      eg_array raw{sizeof(eg_array), a.element, static_cast<uint32_t>(a.shape.size()), 0, {}, a.name.c_str(),
                   a.doc.c_str(),    nullptr};
      std::ranges::copy(a.shape, raw.shape);
      if (a.element == EG_F64) raw.data = fenced(numbers_, a.numbers, fence);
      if (a.element == EG_I64) raw.data = fenced(integers_, a.integers, fence);
      if (a.element == EG_TEXT_ELEMENT) {
        auto& p = pointers_.emplace_back();
        for (const auto& s : a.texts) p.push_back(s.c_str());
        raw.data = p.data();
      }
      raw_.push_back(raw);
    }
    dataset_ = {sizeof(eg_dataset), static_cast<uint32_t>(raw_.size()), raw_.data()};
  }
  const eg_dataset* get() const { return &dataset_; }
  // The name of an array whose values changed; "" if none did.
  std::string changed() const {
    size_t n_numbers = 0, n_integers = 0;
    for (size_t i = 0; i < kept_.arrays.size(); ++i) {
      const auto &now = kept_.arrays[i], &before = sample_.arrays[i];
      bool is_same = now.texts == before.texts;
      if (now.element == EG_F64) {
        const auto& seen = numbers_[n_numbers++];
        is_same = is_same && seen.is_intact() && std::ranges::equal(seen.values(), before.numbers, same_bits);
      }
      if (now.element == EG_I64) {
        const auto& seen = integers_[n_integers++];
        is_same = is_same && seen.is_intact() && std::ranges::equal(seen.values(), before.integers);
      }
      if (!is_same || raw_[i].name != now.name.c_str() ||
          !std::equal(now.shape.begin(), now.shape.end(), raw_[i].shape))
        return before.name;
    }
    return "";
  }

 private:
  template <class T>
  static const T* fenced(std::deque<FencedArray<T>>& to, const std::vector<T>& values, Fence fence) {
    const auto& array = to.emplace_back(values.size(), T{}, fence);
    std::ranges::copy(values, array.data());
    return array.data();
  }
  const Sample& sample_;
  Sample kept_;
  std::deque<FencedArray<double>> numbers_;
  std::deque<FencedArray<int64_t>> integers_;
  std::vector<eg_array> raw_;
  std::deque<std::vector<const char*>> pointers_;
  eg_dataset dataset_{};
};

// Takes results and notes the first that is not well formed.
class ClosePicker {
 public:
  explicit ClosePicker(size_t refuse_from) : refuse_from_(refuse_from) {}
  eg_sink sink() { return {sizeof(eg_sink), 0, this, on_array, on_metric, on_message}; }
  BatchSeen seen;

 private:
  static eg_status on_array(void* self, const eg_array* a, eg_error* e) {
    return static_cast<ClosePicker*>(self)->take(e, [&](ClosePicker& p) { p.array(*a); });
  }
  static eg_status on_metric(void* self, const eg_metric* m, eg_error* e) {
    return static_cast<ClosePicker*>(self)->take(e, [&](ClosePicker& p) { p.metric(*m); });
  }
  static eg_status on_message(void* self, uint32_t severity, const char* text, eg_error* e) {
    return static_cast<ClosePicker*>(self)->take(e, [&](ClosePicker& p) {
      if (!text || !*text) return p.fault("a message has no text");
      if (severity > EG_WARNING) return p.fault(fmt::format("the message '{}' has an unknown severity", text));
      p.seen.result.messages.push_back({severity == EG_WARNING, text});
    });
  }

  template <class F>
  eg_status take(eg_error* e, F&& f) {
    if (++n_ > refuse_from_) {
      if (n_ > refuse_from_ + 1) ++seen.refused;
      std::snprintf(e->text, sizeof e->text, "disk full");
      return EG_FAILED;
    }
    f(*this);
    return EG_OK;
  }
  void fault(const std::string& what) {
    if (seen.fault.empty()) seen.fault = what;
  }

  void array(const eg_array& a) {
    if (!a.name || !*a.name) return fault("an array has no name");
    const std::string who = fmt::format("array '{}'", a.name);
    if (!names_.insert({a.name, ""}).second) return fault(who + " is given twice");
    if (a.n_dims == 0 || a.n_dims > EG_MAX_DIMS)
      return fault(fmt::format("{} has {} dimensions; 1 to {} are possible", who, a.n_dims, int{EG_MAX_DIMS}));
    uint64_t n = 1;
    for (uint32_t d = 0; d < a.n_dims; ++d) n *= a.shape[d];
    if (n > 0 && !a.data) return fault(who + " has no data");
    ArrayData out{a.name, a.doc ? a.doc : "", a.element, {a.shape, a.shape + a.n_dims}, {}, {}, {}};
    switch (a.element) {
      case EG_F64:
        out.numbers.assign(static_cast<const double*>(a.data), static_cast<const double*>(a.data) + n);
        break;
      case EG_I64:
        out.integers.assign(static_cast<const int64_t*>(a.data), static_cast<const int64_t*>(a.data) + n);
        break;
      case EG_TEXT_ELEMENT:
        for (uint64_t k = 0; k < n; ++k) {
          const char* text = static_cast<const char* const*>(a.data)[k];
          if (!text) return fault(fmt::format("{} has no text at {}", who, k));
          out.texts.emplace_back(text);
        }
        break;
      default:
        return fault(who + " has an element type that this kernel does not take");
    }
    seen.result.arrays.push_back(std::move(out));
  }

  void metric(const eg_metric& m) {
    if (!m.name || !*m.name) return fault("a metric has no name");
    if (!m.unit || !m.group)
      return fault(fmt::format("metric '{}' has a null unit or group; without one it is \"\"", m.name));
    if (!names_.insert({m.name, std::string("@") + m.group}).second)
      return fault(fmt::format("metric '{}' of '{}' is given twice", m.name, m.group));
    seen.result.metrics.push_back({m.name, m.unit, m.group, m.value});
  }

  size_t refuse_from_, n_ = 0;
  std::set<std::pair<std::string, std::string>> names_;
};

}  // namespace

BatchSeen run_once(const Instance& instance, uint64_t seed, const Sample& input, size_t refuse_from, Fence fence) {
  const Input in(input, fence);
  ClosePicker picker(refuse_from);
  const eg_sink sink = picker.sink();
  const eg_batch_call what{sizeof(eg_batch_call), 0, seed, in.get(), &sink};
  call("run", [&](eg_error* e) { return instance.subject().batch().run(instance.self(), &what, e); });
  if (const auto changed = in.changed(); !changed.empty() && picker.seen.fault.empty())
    picker.seen.fault = fmt::format("changes the array '{}' of its input", changed);
  return std::move(picker.seen);
}

std::string difference(const BatchResult& is, const BatchResult& should_be) {
  const auto counts = [](const char* what, size_t a, size_t b) { return fmt::format("{} {}, not {}", a, what, b); };
  if (is.arrays.size() != should_be.arrays.size()) return counts("arrays", is.arrays.size(), should_be.arrays.size());
  if (is.metrics.size() != should_be.metrics.size())
    return counts("metrics", is.metrics.size(), should_be.metrics.size());
  for (size_t i = 0; i < is.arrays.size(); ++i) {
    const auto &a = is.arrays[i], &b = should_be.arrays[i];
    if (a.name != b.name) return fmt::format("array '{}' instead of '{}'", a.name, b.name);
    if (a.shape != b.shape || a.integers != b.integers || a.texts != b.texts ||
        !std::ranges::equal(a.numbers, b.numbers, same_bits))
      return fmt::format("array '{}' differs", a.name);
  }
  for (size_t i = 0; i < is.metrics.size(); ++i) {
    const auto &a = is.metrics[i], &b = should_be.metrics[i];
    if (a.name != b.name || a.group != b.group || a.unit != b.unit)
      return fmt::format("metric '{}' of '{}' instead of '{}' of '{}'", a.name, a.group, b.name, b.group);
    if (!same_bits(a.value, b.value))
      return fmt::format("metric '{}' of '{}' is {}, not {}", a.name, a.group, a.value, b.value);
  }
  return "";
}

std::vector<Sample> usual_inputs(const Subject& subject) {
  if (subject.is_kind("null_model")) return sample_graphs();
  if (subject.is_kind("analyzer")) return {sample_recording()};
  return {{"none", {}}};
}

namespace {

class BatchExercise : public Exercise {
 public:
  BatchExercise(Instance& instance, uint64_t stream)
      : instance_(instance), seed_(stream), inputs_(usual_inputs(instance.subject())) {}
  uint64_t move() override {
    // Inputs the plugin refuses with words count as that.
    Digest d;
    try {
      const auto seen = run_once(instance_, seed_++, inputs_[next_++ % inputs_.size()]);
      for (const auto& a : seen.result.arrays) {
        for (const double x : a.numbers) d.add(x);
        for (const int64_t x : a.integers) d.add(static_cast<uint64_t>(x));
        for (const auto& t : a.texts)
          for (const char c : t) d.add(uint64_t{static_cast<unsigned char>(c)});
      }
      for (const auto& m : seen.result.metrics) d.add(m.value);
    } catch (const CallFailed& e) {
      for (const char c : e.reason) d.add(uint64_t{static_cast<unsigned char>(c)});
    }
    return d.value();
  }

 private:
  Instance& instance_;
  uint64_t seed_;
  std::vector<Sample> inputs_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Exercise> make_batch_exercise(Instance& instance, uint64_t stream) {
  return std::make_unique<BatchExercise>(instance, stream);
}

}  // namespace encephagen::conformance
