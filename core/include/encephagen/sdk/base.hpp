// What every kind of plugin needs: its name, its declared parameters and columns, and the guard that keeps exceptions
// in.
#pragma once
#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "encephagen/abi/library.h"

namespace eg {

struct Info {
  const char* name;     // vendor.name
  const char* version;  // major.minor.patch
  const char* summary;  // one line
};

// ---- parameters ------------------------------------------------------------------------------------

struct Range {
  double low, high;  // inclusive
};
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr Range any{-infinity, infinity};
constexpr Range range(double low, double high) { return {low, high}; }

template <size_t N>
struct Choices {
  std::array<const char*, N> names;
};
template <class... T>
constexpr auto choices(T... names) {
  return Choices<sizeof...(T)>{{names...}};
}

// Last argument of eg::param: may differ from unit to unit; has no default and must be given.
inline constexpr uint32_t per_unit = EG_PARAM_PER_UNIT;
inline constexpr uint32_t required = EG_PARAM_REQUIRED;

using Numbers = std::span<const double>;
using Texts = std::span<const std::string_view>;

// One declared parameter: the TOML key, the member it fills, what is allowed, one sentence. The default is the member's
// initialiser. Text and lists stay valid as long as the model.
template <class M, class T, size_t N = 0>
struct Param {
  const char* name;
  const char* doc;
  T M::*member;
  uint32_t type;
  uint32_t flags;
  Range range;
  std::array<const char*, N> choices;
};

template <class M>
constexpr auto param(const char* name, double M::*m, Range r, const char* doc, uint32_t flags = 0) {
  return Param<M, double>{name, doc, m, EG_NUMBER, flags, r, {}};
}
template <class M>
constexpr auto param(const char* name, int64_t M::*m, Range r, const char* doc, uint32_t flags = 0) {
  return Param<M, int64_t>{name, doc, m, EG_INTEGER, flags, r, {}};
}
template <class M>
constexpr auto param(const char* name, bool M::*m, const char* doc, uint32_t flags = 0) {
  return Param<M, bool>{name, doc, m, EG_FLAG, flags, {0, 1}, {}};
}
template <class M>
constexpr auto param(const char* name, std::string_view M::*m, const char* doc, uint32_t flags = 0) {
  return Param<M, std::string_view>{name, doc, m, EG_TEXT, flags, any, {}};
}
template <class M>
constexpr auto file_param(const char* name, std::string_view M::*m, const char* doc, uint32_t flags = 0) {
  return Param<M, std::string_view>{name, doc, m, EG_FILE, flags, any, {}};
}
template <class M>
constexpr auto dataset_param(const char* name, std::string_view M::*m, const char* doc, uint32_t flags = 0) {
  return Param<M, std::string_view>{name, doc, m, EG_DATASET, flags, any, {}};
}
template <class M, class E, size_t N>
requires std::is_enum_v<E>
constexpr auto param(const char* name, E M::*m, Choices<N> c, const char* doc, uint32_t flags = 0) {
  return Param<M, E, N>{name, doc, m, EG_CHOICE, flags, any, c.names};
}
template <class M>
constexpr auto param(const char* name, Numbers M::*m, Range r, const char* doc, uint32_t flags = 0) {
  return Param<M, Numbers>{name, doc, m, EG_NUMBER_LIST, flags, r, {}};
}
template <class M>
constexpr auto param(const char* name, Texts M::*m, const char* doc, uint32_t flags = 0) {
  return Param<M, Texts>{name, doc, m, EG_TEXT_LIST, flags, any, {}};
}

// ---- columns -----------------------------------------------------------------------------------------

struct Column {
  const char* name;  // its suffix is its unit
  const char* doc;
  double low = -infinity, high = infinity;  // state: bounds the model keeps
  uint32_t lasts = EG_STATE_KEPT;           // state: EG_STATE_... other than EG_STATE_KEPT save time; traces:
                                            // EG_TRACE_OF_RUN outlasts episodes
};

// An input port that says what it takes. A plain Column is a port that takes anything.
struct Port {
  const char* name;
  const char* doc;
  uint32_t accepts = EG_ACCEPTS_ANY;
  uint32_t sign = EG_SIGN_ANY;
};

struct Output {
  const char* name;
  size_t state;  // the state column that other populations see
  const char* doc;
  uint32_t feeds = EG_ACCEPTS_ANY;  // encoders: EG_ACCEPTS_CONTINUOUS for a current instead of spikes
};

struct RandomColumn {
  const char* name;
  uint32_t distribution;  // EG_RANDOM_NORMAL (mean 0, variance 1), EG_RANDOM_UNIFORM ((0, 1)), EG_RANDOM_POISSON
  const char* doc;
  const char* rate_param = nullptr;     // Poisson: the parameter or state column that holds the rate in Hz
  uint32_t whose = EG_RANDOM_PER_UNIT;  // EG_RANDOM_SHARED: all units of an encoder see one value in a step
};

// A list of params is a tuple, a list of columns an array.
template <class... T>
constexpr auto list(T... t) {
  if constexpr (sizeof...(T) == 0) {
    return std::tuple<>{};
  } else {
    using First = std::tuple_element_t<0, std::tuple<T...>>;
    if constexpr ((std::is_same_v<T, First> && ...)) {
      return std::array<First, sizeof...(T)>{t...};
    } else {
      return std::tuple<T...>{t...};
    }
  }
}
template <class A, class B>
constexpr auto concat(const A& a, const B& b) {
  return std::tuple_cat(a, b);
}

// For `static constexpr auto fields = eg::none;` and empty column lists.
inline constexpr std::tuple<> none{};

namespace detail {

// Runs `body`; turns whatever it throws into a status and a text. Nothing unwinds past here.
template <class F>
eg_status guard(eg_error* err, F&& body) noexcept {
  try {
    body();
    return EG_OK;
  } catch (const std::exception& e) {
    std::snprintf(err->text, sizeof err->text, "%s", e.what());
  } catch (...) {
    std::snprintf(err->text, sizeof err->text, "an exception that is not a std::exception");
  }
  return EG_FAILED;
}

template <class T>
inline constexpr size_t count_of = std::tuple_size_v<std::remove_cvref_t<T>>;

template <class F, class L>
constexpr void for_each(const L& list, F&& f) {
  std::apply([&](const auto&... item) { (f(item), ...); }, list);
}

// Keeps what text and list members of a Params struct refer to, then the model itself.
template <class M>
struct Instance {
  std::deque<std::string> texts;
  std::deque<std::vector<double>> numbers;
  std::deque<std::vector<std::string_view>> views;
  M model;

  explicit Instance(const eg_value* values) : model(read(values)) {}

 private:
  using P = typename M::Params;
  P read(const eg_value* v) {
    P p{};
    size_t i = 0;
    for_each(P::fields, [&](const auto& field) { assign(p.*(field.member), v[i++]); });
    return p;
  }
  void assign(double& to, const eg_value& v) { to = v.number; }
  void assign(int64_t& to, const eg_value& v) { to = v.integer; }
  void assign(bool& to, const eg_value& v) { to = v.integer != 0; }
  void assign(std::string_view& to, const eg_value& v) { to = texts.emplace_back(v.text); }
  void assign(Numbers& to, const eg_value& v) { to = numbers.emplace_back(v.numbers, v.numbers + v.count); }
  void assign(Texts& to, const eg_value& v) {
    auto& list = views.emplace_back();
    for (uint64_t k = 0; k < v.count; ++k) list.push_back(texts.emplace_back(v.texts[k]));
    to = list;
  }
  template <class E>
  requires std::is_enum_v<E>
  void assign(E& to, const eg_value& v) { to = static_cast<E>(v.integer); }
};

constexpr eg_value preset_value(double v) { return {v, 0, "", nullptr, nullptr, 0}; }
constexpr eg_value preset_value(int64_t v) { return {static_cast<double>(v), v, "", nullptr, nullptr, 0}; }
constexpr eg_value preset_value(bool v) { return {0, v, "", nullptr, nullptr, 0}; }
constexpr eg_value preset_value(std::string_view v) { return {0, 0, v.empty() ? "" : v.data(), nullptr, nullptr, 0}; }
constexpr eg_value preset_value(Numbers v) { return {0, 0, "", v.data(), nullptr, v.size()}; }
constexpr eg_value preset_value(Texts) { return {0, 0, "", nullptr, nullptr, 0}; }
template <class E>
requires std::is_enum_v<E>
constexpr eg_value preset_value(E v) { return {0, static_cast<int64_t>(v), "", nullptr, nullptr, 0}; }

template <class P>
constexpr auto export_params() {
  std::array<eg_param, count_of<decltype(P::fields)>> out{};
  if constexpr (!out.empty()) {
    const P defaults{};
    size_t i = 0;
    std::apply(
        [&](const auto&... f) {
          ((out[i++] =
                eg_param{sizeof(eg_param), f.type, f.flags, static_cast<uint32_t>(f.choices.size()), f.name, f.doc,
                         f.choices.data(), f.range.low, f.range.high, preset_value(defaults.*(f.member))}),
           ...);
        },
        P::fields);
  }
  return out;
}
template <class P>
inline constexpr auto params_of = export_params<P>();

constexpr eg_column empty_column() {
  return {sizeof(eg_column), EG_F64, 0, 0, 0, 0, 0, "", "", nullptr, -infinity, infinity};
}
constexpr eg_column export_column(const Column& c) {
  auto out = empty_column();
  out.name = c.name, out.doc = c.doc, out.low = c.low, out.high = c.high, out.accepts = c.lasts;
  return out;
}
constexpr eg_column export_column(const Port& c) {
  auto out = empty_column();
  out.name = c.name, out.doc = c.doc, out.accepts = c.accepts, out.sign = c.sign;
  return out;
}
constexpr eg_column export_column(const Output& c) {
  auto out = empty_column();
  out.name = c.name, out.doc = c.doc, out.exposes = static_cast<uint32_t>(c.state), out.accepts = c.feeds;
  return out;
}
constexpr eg_column export_column(const RandomColumn& c) {
  auto out = empty_column();
  out.name = c.name, out.doc = c.doc, out.random = c.distribution, out.rate_param = c.rate_param, out.accepts = c.whose;
  return out;
}
template <class L>
constexpr auto export_columns(const L& columns) {
  std::array<eg_column, count_of<L>> out{};
  size_t i = 0;
  std::apply([&](const auto&... c) { ((out[i++] = export_column(c)), ...); }, columns);
  return out;
}

template <class M>
void* create(const eg_value* values, eg_error* err) noexcept {
  Instance<M>* made = nullptr;
  guard(err, [&] { made = std::make_unique<Instance<M>>(values).release(); });
  return made;
}
template <class M>
void destroy(void* self) noexcept {
  delete static_cast<Instance<M>*>(self);
}
template <class M>
const M& model(const void* self) {
  return static_cast<const Instance<M>*>(self)->model;
}
template <class M>
M& model(void* self) {
  return static_cast<Instance<M>*>(self)->model;
}

template <class M>
constexpr eg_plugin describe(const char* kind, uint32_t shape, const void* table) {
  return {sizeof(eg_plugin),
          shape,
          kind,
          M::info.name,
          M::info.version,
          M::info.summary,
          static_cast<uint32_t>(params_of<typename M::Params>.size()),
          0,
          params_of<typename M::Params>.data(),
          table};
}

template <class... P>
constexpr std::array<const eg_plugin*, sizeof...(P)> pointers(const P&... plugins) {
  return {&plugins...};
}

}  // namespace detail
}  // namespace eg

// The one export line of a plugin library: EG_PLUGIN_LIBRARY(eg::neuron<Lif>, eg::neuron<Alif>)
#define EG_PLUGIN_LIBRARY(...)                                                          \
  namespace {                                                                           \
  constexpr auto eg_plugin_pointers_ = eg::detail::pointers(__VA_ARGS__);               \
  }                                                                                     \
  extern "C" __attribute__((visibility("default"))) const eg_library eg_plugin_library; \
  const eg_library eg_plugin_library = {EG_MAGIC,                                       \
                                        EG_ABI_MAJOR,                                   \
                                        EG_ABI_MINOR,                                   \
                                        sizeof(eg_library),                             \
                                        eg_plugin_pointers_.size(),                     \
                                        __VERSION__,                                    \
                                        eg_plugin_pointers_.data()};
