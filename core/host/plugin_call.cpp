// Calls into plugins: parameter values, instances, batch datasets and sinks, crash attribution.
#include "host/plugin_call.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

namespace encephagen {
namespace {

// Plain thread-locals: they are read by a signal handler.
thread_local const eg_plugin* running_plugin = nullptr;
thread_local const char* running_doing = nullptr;

void say(const char* text) {
  const auto n = ::write(STDERR_FILENO, text, std::strlen(text));
  (void)n;
}

extern "C" void on_crash(int signal) {
  say("error: ");
  if (running_plugin) {
    say(running_plugin->kind), say(" '"), say(running_plugin->name), say("' "), say(running_plugin->version);
    say(" crashed in "), say(running_doing ? running_doing : "a call");
  } else {
    say("the program crashed");
  }
  say(signal == SIGFPE    ? " (SIGFPE)\n"
      : signal == SIGILL  ? " (SIGILL)\n"
      : signal == SIGABRT ? " (SIGABRT)\n"
      : signal == SIGBUS  ? " (SIGBUS)\n"
                          : " (SIGSEGV)\n");
  ::_exit(1);
}

uint64_t element_count(const std::vector<uint64_t>& shape) {
  uint64_t n = 1;
  for (const auto s : shape) n *= s;
  return n;
}

// Copies what a plugin hands over before the call returns.
struct Collector {
  BatchResult result;

  static eg_status array(void* context, const eg_array* a, eg_error* err) {
    return catching(err, [&] {
      if (!a->name || !*a->name) throw std::invalid_argument("an array has no name");
      if (a->n_dims > EG_MAX_DIMS)
        throw std::invalid_argument(std::string("array '") + a->name + "' has too many dimensions");
      ArrayData out{a->name, a->doc ? a->doc : "", a->element, {a->shape, a->shape + a->n_dims}, {}, {}, {}};
      const auto n = element_count(out.shape);
      if (a->element == EG_F64) {
        const auto* p = static_cast<const double*>(a->data);
        out.numbers.assign(p, p + n);
      } else if (a->element == EG_I64) {
        const auto* p = static_cast<const int64_t*>(a->data);
        out.integers.assign(p, p + n);
      } else if (a->element == EG_TEXT_ELEMENT) {
        const auto* p = static_cast<const char* const*>(a->data);
        out.texts.assign(p, p + n);
      } else {
        throw std::invalid_argument("array '" + out.name + "' has an element type this kernel does not take");
      }
      static_cast<Collector*>(context)->result.arrays.push_back(std::move(out));
    });
  }
  static eg_status metric(void* context, const eg_metric* m, eg_error* err) {
    return catching(err, [&] {
      if (!m->name || !*m->name) throw std::invalid_argument("a metric has no name");
      static_cast<Collector*>(context)->result.metrics.push_back(
          {m->name, m->unit ? m->unit : "", m->group ? m->group : "", m->value});
    });
  }
  static eg_status message(void* context, uint32_t severity, const char* text, eg_error* err) {
    return catching(err, [&] {
      static_cast<Collector*>(context)->result.messages.push_back({severity == EG_WARNING, text ? text : ""});
    });
  }
  template <class F>
  static eg_status catching(eg_error* err, F&& f) {
    try {
      f();
      return EG_OK;
    } catch (const std::exception& e) {
      std::strncpy(err->text, e.what(), sizeof err->text - 1);
      err->text[sizeof err->text - 1] = '\0';
      return EG_FAILED;
    }
  }
};

}  // namespace

ParamValues::ParamValues(const eg_plugin& plugin) : plugin_(&plugin) {
  for (uint32_t i = 0; i < plugin.n_params; ++i) values_.push_back(plugin.params[i].preset);
}
void ParamValues::set_number(size_t i, double v) { values_[i].number = v; }
void ParamValues::set_integer(size_t i, int64_t v) { values_[i].integer = v; }
void ParamValues::set_text(size_t i, std::string v) { values_[i].text = texts_.emplace_back(std::move(v)).c_str(); }
void ParamValues::set_numbers(size_t i, std::vector<double> v) {
  const auto& kept = numbers_.emplace_back(std::move(v));
  values_[i].numbers = kept.data();
  values_[i].count = kept.size();
}
void ParamValues::set_texts(size_t i, std::vector<std::string> v) {
  auto& kept = pointers_.emplace_back();
  for (auto& s : v) kept.push_back(texts_.emplace_back(std::move(s)).c_str());
  values_[i].texts = kept.data();
  values_[i].count = kept.size();
}
int ParamValues::index_of(std::string_view name) const {
  for (uint32_t i = 0; i < plugin_->n_params; ++i)
    if (name == plugin_->params[i].name) return static_cast<int>(i);
  return -1;
}

eg_edge edge_calls(const eg_edge& table) {
  eg_edge out{};
  std::memcpy(&out, &table, std::min(size_t{table.size}, sizeof out));
  return out;
}

eg_world world_calls(const eg_world& table) {
  eg_world out{};
  std::memcpy(&out, &table, std::min<size_t>(table.size, sizeof out));
  return out;
}

PluginInstance::PluginInstance(const eg_plugin& plugin, const ParamValues& values) : plugin_(&plugin) {
  const CallScope scope(plugin, "create");
  eg_error err{};
  void* self = nullptr;
  void (*destroy)(void*) = nullptr;
  const auto make = [&](const auto& table) { self = table.create(values.data(), &err), destroy = table.destroy; };
  switch (plugin.shape) {
    case EG_SHAPE_UNIT:
      make(unit());
      break;
    case EG_SHAPE_EDGE:
      make(edge());
      break;
    case EG_SHAPE_WORLD:
      make(world());
      break;
    default:
      make(batch());
      break;
  }
  if (!self) throw PluginFailed(err.text[0] ? err.text : "it gave no reason");
  self_ = {self, [destroy, &plugin](void* p) {
             const CallScope destroying(plugin, "destroy");
             destroy(p);
           }};
}

eg_spaces spaces_of(const PluginInstance& instance) {
  eg_spaces out{};
  out.size = sizeof out;
  eg_error err;
  err.text[0] = '\0';
  const CallScope scope(instance.plugin(), "spaces");
  if (instance.world().spaces(instance.self(), &out, &err) != EG_OK) throw PluginFailed(err.text);
  return out;
}

const ArrayData* BatchResult::array(std::string_view name) const {
  for (const auto& a : arrays)
    if (a.name == name) return &a;
  return nullptr;
}

BatchResult run_batch(const PluginInstance& instance, uint64_t seed, std::span<const ArrayData> input) {
  std::vector<eg_array> arrays;
  std::deque<std::vector<const char*>> pointers;
  for (const auto& a : input) {
    eg_array raw{sizeof(eg_array), a.element, static_cast<uint32_t>(a.shape.size()), 0, {}, a.name.c_str(),
                 a.doc.c_str(),    nullptr};
    for (size_t d = 0; d < a.shape.size(); ++d) raw.shape[d] = a.shape[d];
    if (a.element == EG_F64)
      raw.data = a.numbers.data();
    else if (a.element == EG_I64)
      raw.data = a.integers.data();
    else {
      auto& p = pointers.emplace_back();
      for (const auto& s : a.texts) p.push_back(s.c_str());
      raw.data = p.data();
    }
    arrays.push_back(raw);
  }
  const eg_dataset dataset{sizeof(eg_dataset), static_cast<uint32_t>(arrays.size()), arrays.data()};
  Collector collector;
  const eg_sink sink{sizeof(eg_sink), 0, &collector, Collector::array, Collector::metric, Collector::message};
  const eg_batch_call call{sizeof(eg_batch_call), 0, seed, &dataset, &sink};
  eg_error err{};
  const CallScope scope(instance.plugin(), "run");
  if (instance.batch().run(instance.self(), &call, &err) != EG_OK)
    throw PluginFailed(err.text[0] ? err.text : "it gave no reason");
  return std::move(collector.result);
}

CallScope::CallScope(const eg_plugin& plugin, const char* doing) noexcept
    : outer_plugin_(running_plugin), outer_doing_(running_doing) {
  running_plugin = &plugin;
  running_doing = doing;
}
CallScope::~CallScope() {
  running_plugin = outer_plugin_;
  running_doing = outer_doing_;
}

void install_crash_handler() {
  for (const int s : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(s, on_crash);
}

}  // namespace encephagen
