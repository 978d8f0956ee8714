// The batch shape in C++: named arrays in, arrays and metrics out. Shared by connectomes, null models and analyzers.
#pragma once
#include <concepts>
#include <stdexcept>

#include "encephagen/sdk/base.hpp"

namespace eg {

// The named arrays a batch plugin is given. Views stay valid during the call only.
class Dataset {
 public:
  explicit Dataset(const eg_dataset& raw) : raw_(raw) {}
  const eg_array* find(std::string_view name) const {
    for (uint32_t i = 0; i < raw_.n_arrays; ++i)
      if (name == raw_.arrays[i].name) return &raw_.arrays[i];
    return nullptr;
  }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::vector<uint64_t> shape(std::string_view name) const {
    const auto* a = find(name);
    return a ? std::vector<uint64_t>(a->shape, a->shape + a->n_dims) : std::vector<uint64_t>{};
  }
  // Empty when there is no such array.
  std::span<const double> numbers(std::string_view name) const { return get<double>(name, EG_F64); }
  std::span<const int64_t> integers(std::string_view name) const { return get<int64_t>(name, EG_I64); }
  std::span<const char* const> texts(std::string_view name) const { return get<const char*>(name, EG_TEXT_ELEMENT); }
  std::span<const eg_array> arrays() const { return {raw_.arrays, raw_.n_arrays}; }

 private:
  template <class T>
  std::span<const T> get(std::string_view name, uint32_t element) const {
    const auto* a = find(name);
    if (!a) return {};
    if (a->element != element)
      throw std::invalid_argument("array '" + std::string(name) + "' has another element type");
    uint64_t n = 1;
    for (uint32_t d = 0; d < a->n_dims; ++d) n *= a->shape[d];
    return {static_cast<const T*>(a->data), n};
  }
  const eg_dataset& raw_;
};

// Where a batch plugin puts its results. Everything is copied before the call returns. Throws when the kernel refuses.
class Sink {
 public:
  explicit Sink(const eg_sink& raw) : raw_(raw) {}
  void array(const char* name, std::span<const double> v, std::initializer_list<uint64_t> shape,
             const char* doc = nullptr) {
    put(name, EG_F64, v.data(), v.size(), shape, doc);
  }
  void array(const char* name, std::span<const int64_t> v, std::initializer_list<uint64_t> shape,
             const char* doc = nullptr) {
    put(name, EG_I64, v.data(), v.size(), shape, doc);
  }
  void texts(const char* name, std::span<const std::string> v, const char* doc = nullptr) {
    std::vector<const char*> p;
    for (const auto& s : v) p.push_back(s.c_str());
    put(name, EG_TEXT_ELEMENT, p.data(), p.size(), {p.size()}, doc);
  }
  // NaN says: could not be determined.
  void metric(const char* name, const char* unit, std::string_view group, double value) {
    const std::string g(group);
    const eg_metric m{sizeof(eg_metric), 0, name, unit, g.c_str(), value};
    eg_error e{};
    check(raw_.metric(raw_.context, &m, &e), e);
  }
  void note(const std::string& text) { message(EG_NOTE, text); }
  void warning(const std::string& text) { message(EG_WARNING, text); }

 private:
  void message(uint32_t severity, const std::string& text) {
    eg_error e{};
    check(raw_.message(raw_.context, severity, text.c_str(), &e), e);
  }
  void put(const char* name, uint32_t element, const void* data, uint64_t n, std::initializer_list<uint64_t> shape,
           const char* doc) {
    eg_array a{sizeof(eg_array), element, static_cast<uint32_t>(shape.size()), 0, {}, name, doc, data};
    uint64_t total = 1, d = 0;
    if (shape.size() > EG_MAX_DIMS) throw std::invalid_argument("too many dimensions");
    for (const uint64_t s : shape) total *= a.shape[d++] = s;
    if (total != n) throw std::invalid_argument("array '" + std::string(name) + "': shape does not fit its data");
    eg_error e{};
    check(raw_.array(raw_.context, &a, &e), e);
  }
  static void check(eg_status s, const eg_error& e) {
    if (s != EG_OK) throw std::runtime_error(e.text);
  }
  const eg_sink& raw_;
};

namespace detail {

// `run(model, seed, dataset, sink)` is what distinguishes the kinds.
template <class M, auto run_model>
struct BatchTable {
  static eg_status run(const void* self, const eg_batch_call* call, eg_error* e) noexcept {
    return guard(e, [&] {
      const Dataset in(*call->input);
      Sink out(*call->sink);
      run_model(model<M>(self), call->seed, in, out);
    });
  }
  static constexpr eg_batch table{sizeof(eg_batch), 0, create<M>, destroy<M>, run};
};

}  // namespace detail
}  // namespace eg
