// Calls into plugins: parameter values, refusals, what sinks take, and who is named when the process crashes.
#include "host/plugin_call.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <map>

#include "plugin_files.hpp"

namespace {

using namespace encephagen;
using namespace encephagen::testing;

// The one plugin of a library of the corpus. Copied once: a file must not change while it is loaded.
const eg_plugin& plugin_of(const std::string& name) {
  static const TemporaryFolder folder;
  static PluginRegistry registry({});
  static std::map<std::string, const eg_plugin*> known;
  auto& plugin = known[name];
  if (!plugin) plugin = registry.open_file(copy_plugin(name, folder.path() / (name + ".so"))).at(0)->plugin;
  return *plugin;
}

std::string refusal(const eg_plugin& plugin) {
  try {
    const PluginInstance instance(plugin, ParamValues(plugin));
  } catch (const PluginFailed& e) {
    return e.what();
  }
  return "accepted";
}

TEST_CASE("plugin call: an instance is made from the defaults and destroyed with its owner") {
  const eg_plugin& plugin = plugin_of("good");
  const ParamValues values(plugin);
  CHECK(values[0].number == 10);
  CHECK(values.index_of("gain") == 1);
  CHECK(values.index_of("nothing") == -1);
  const PluginInstance instance(plugin, values);
  CHECK(instance.self() != nullptr);
  CHECK(&instance.plugin() == &plugin);
}

TEST_CASE("plugin call: a refusal carries the plugin's own words") {
  CHECK(refusal(plugin_of("refuses_with_words")) == "tau_ms is too short");
}

TEST_CASE("plugin call: a refusal without words says so") {
  CHECK(refusal(plugin_of("refuses_without_words")) == "it gave no reason");
}

TEST_CASE("plugin call: what create throws arrives as words") {
  CHECK(refusal(plugin_of("throws_words")) == "matrix is singular");
}

TEST_CASE("plugin call: what step throws arrives as a status and words, even if it is no exception") {
  const eg_plugin& plugin = plugin_of("throws_words");
  ParamValues values(plugin);
  values.set_number(0, 5);
  const PluginInstance instance(plugin, values);
  eg_unit_block block{};
  eg_error error{};
  CHECK(instance.unit().step(instance.self(), &block, &error) == EG_FAILED);
  CHECK(std::string(error.text) == "an exception that is not a std::exception");
}

TEST_CASE("plugin call: values keep what they refer to, also after a move") {
  const eg_plugin& plugin = plugin_of("good");
  ParamValues first(plugin);
  first.set_text(0, "a text that is too long to be kept inside of a std::string object");
  first.set_numbers(1, {1, 2, 3});
  const ParamValues values = std::move(first);
  CHECK(std::string(values[0].text) == "a text that is too long to be kept inside of a std::string object");
  REQUIRE(values[1].count == 3);
  CHECK(values[1].numbers[2] == 3);
}

// ---- batch plugins: a table written here stands for one in a library
// -------------------------------------------------

using Run = eg_status (*)(const void*, const eg_batch_call*, eg_error*);

struct BatchPlugin {
  eg_batch table;
  eg_plugin plugin;
  explicit BatchPlugin(Run run)
      : table{sizeof(eg_batch), 0, [](const eg_value*, eg_error*) -> void* { return &instance; }, [](void*) {}, run},
        plugin{sizeof(eg_plugin), EG_SHAPE_BATCH, "analyzer", "test.batch", "1.0.0", "for this test", 0, 0,
               nullptr,           &table} {}
  BatchPlugin(const BatchPlugin&) = delete;
  static inline int instance = 0;
};

BatchResult run(Run function, std::span<const ArrayData> input = {}) {
  const BatchPlugin p(function);
  return run_batch(PluginInstance(p.plugin, ParamValues(p.plugin)), 7, input);
}
std::string failure_of(Run function) {
  try {
    run(function);
  } catch (const PluginFailed& e) {
    return e.what();
  }
  return "succeeded";
}

TEST_CASE("plugin call: a batch plugin reads arrays of every element type and its results are copied") {
  const std::vector<ArrayData> input{{"x", "doc", EG_F64, {2, 1}, {1.5, 2.5}, {}, {}},
                                     {"i", "", EG_I64, {1}, {}, {-4}, {}},
                                     {"t", "", EG_TEXT_ELEMENT, {2}, {}, {}, {"one", "two"}}};
  const auto result = run(
      [](const void*, const eg_batch_call* call, eg_error* e) -> eg_status {
        const auto& in = *call->input;
        const bool is_right = call->seed == 7 && in.n_arrays == 3 && std::strcmp(in.arrays[2].name, "t") == 0 &&
                              in.arrays[0].n_dims == 2 && in.arrays[0].shape[0] == 2 &&
                              static_cast<const double*>(in.arrays[0].data)[1] == 2.5 &&
                              static_cast<const int64_t*>(in.arrays[1].data)[0] == -4 &&
                              std::strcmp(static_cast<const char* const*>(in.arrays[2].data)[1], "two") == 0;
        if (!is_right) return std::snprintf(e->text, sizeof e->text, "wrong input"), EG_FAILED;
        double values[] = {3, 4};
        const eg_array array{sizeof(eg_array), EG_F64, 1, 0, {2}, "y", nullptr, values};
        eg_status s = call->sink->array(call->sink->context, &array, e);
        values[0] = -1;
        const eg_metric metric{sizeof(eg_metric), 0, "m_ms", "ms", nullptr, 2.0};
        if (s == EG_OK) s = call->sink->metric(call->sink->context, &metric, e);
        if (s == EG_OK) s = call->sink->message(call->sink->context, EG_WARNING, "mind the gap", e);
        return s;
      },
      input);
  REQUIRE(result.array("y"));
  CHECK(result.array("y")->numbers == std::vector<double>{3, 4});
  CHECK(result.array("z") == nullptr);
  REQUIRE(result.metrics.size() == 1);
  CHECK(result.metrics[0].name == "m_ms");
  CHECK(result.metrics[0].group.empty());
  REQUIRE(result.messages.size() == 1);
  CHECK(result.messages[0].is_warning);
  CHECK(result.messages[0].text == "mind the gap");
}

TEST_CASE("plugin call: a sink refuses what it cannot keep, in words") {
  CHECK(failure_of([](const void*, const eg_batch_call* call, eg_error* e) -> eg_status {
          const eg_array array{sizeof(eg_array), EG_F64, 1, 0, {0}, nullptr, nullptr, nullptr};
          return call->sink->array(call->sink->context, &array, e);
        }) == "an array has no name");
  CHECK(failure_of([](const void*, const eg_batch_call* call, eg_error* e) -> eg_status {
          const eg_array array{sizeof(eg_array), EG_F64, 5, 0, {1, 1, 1, 1}, "deep", nullptr, nullptr};
          return call->sink->array(call->sink->context, &array, e);
        }) == "array 'deep' has too many dimensions");
  CHECK(failure_of([](const void*, const eg_batch_call* call, eg_error* e) -> eg_status {
          const eg_array array{sizeof(eg_array), EG_F32, 1, 0, {1}, "single", nullptr, nullptr};
          return call->sink->array(call->sink->context, &array, e);
        }) == "array 'single' has an element type this kernel does not take");
  CHECK(failure_of([](const void*, const eg_batch_call* call, eg_error* e) -> eg_status {
          const eg_metric metric{sizeof(eg_metric), 0, "", "", "", 1};
          return call->sink->metric(call->sink->context, &metric, e);
        }) == "a metric has no name");
}

TEST_CASE("plugin call: a failed run carries the plugin's words, or says that there are none") {
  CHECK(failure_of([](const void*, const eg_batch_call*, eg_error* e) -> eg_status {
          std::strncpy(e->text, "no signal", sizeof e->text - 1);
          return EG_FAILED;
        }) == "no signal");
  CHECK(failure_of([](const void*, const eg_batch_call*, eg_error*) -> eg_status { return EG_FAILED; }) ==
        "it gave no reason");
}

// ---- crashes ------------------------------------------------------------------------------------------------------

struct End {
  int exit_status = -1;
  std::string said;
};

// Runs `body` in a child with the crash handler installed, and collects what it writes to standard error.
template <class F>
End in_child(F&& body) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    install_crash_handler();
    body();
    ::_exit(0);
  }
  ::close(ends[1]);
  End end;
  char buffer[512];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) end.said.append(buffer, static_cast<size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) end.exit_status = WEXITSTATUS(status);
  return end;
}

TEST_CASE("plugin call: a crash names the plugin, its version and the call, and exits with status 1") {
  const eg_plugin& plugin = plugin_of("crash_in_create");
  const End end = in_child([&] { const PluginInstance instance(plugin, ParamValues(plugin)); });
  CHECK(end.exit_status == 1);
  CHECK(end.said == "error: neuron 'test.crash' 1.0.0 crashed in create (SIGSEGV)\n");
}

TEST_CASE("plugin call: a crash outside of plugins blames none") {
  const End end = in_child([] { std::raise(SIGABRT); });
  CHECK(end.exit_status == 1);
  CHECK(end.said == "error: the program crashed (SIGABRT)\n");
}

TEST_CASE("plugin call: scopes nest, and a call that has returned is not blamed") {
  const eg_plugin& plugin = plugin_of("good");
  const auto crash_in = [&](bool inner, bool outer) {
    return in_child([&, inner, outer] {
             const CallScope first(plugin, "step");
             {
               const CallScope second(plugin, "init");
               if (inner) std::raise(SIGFPE);
             }
             if (outer) std::raise(SIGILL);
           })
        .said;
  };
  CHECK(crash_in(true, false) == "error: neuron 'test.good' 1.0.0 crashed in init (SIGFPE)\n");
  CHECK(crash_in(false, true) == "error: neuron 'test.good' 1.0.0 crashed in step (SIGILL)\n");
  CHECK(crash_in(false, false).empty());
}

TEST_CASE("plugin call: a crash while an instance is destroyed names that call") {
  static bool is_armed = false;
  static const eg_batch table{sizeof(eg_batch), 0, [](const eg_value*, eg_error*) -> void* { return &is_armed; },
                              [](void*) {
                                if (is_armed) std::raise(SIGBUS);
                              },
                              [](const void*, const eg_batch_call*, eg_error*) -> eg_status { return EG_OK; }};
  static const eg_plugin plugin{
      sizeof(eg_plugin), EG_SHAPE_BATCH, "analyzer", "test.last", "2.1.0", "crashes at the end", 0, 0, nullptr, &table};
  const End end = in_child([] {
    is_armed = true;
    const PluginInstance instance(plugin, ParamValues(plugin));
  });
  CHECK(end.said == "error: analyzer 'test.last' 2.1.0 crashed in destroy (SIGBUS)\n");
}

TEST_CASE(
    "plugin call: a plasticity rule of before ABI 1.2 has none of what came later, whatever lies behind its table") {
  eg_edge table{};
  std::memset(&table, 0xc5, sizeof table);
  table.size = offsetof(eg_edge, keeps_history);
  table.n_pre = 3;
  const eg_edge old = edge_calls(table);
  CHECK(old.n_pre == 3);
  CHECK((old.update == table.update));
  CHECK(old.keeps_history == 0);
  CHECK((old.transmit == nullptr));
  CHECK((old.sweep == nullptr));
  table.size = sizeof(eg_edge);
  CHECK((edge_calls(table).sweep == table.sweep));
}

TEST_CASE("plugin call: of the calls of a plasticity rule only create, destroy, init and the period are needed") {
  eg_edge table{};
  table.create = [](const eg_value*, eg_error*) -> void* { return nullptr; };
  table.destroy = [](void*) {};
  table.update_every_ms = [](const void*) { return 0.0; };
  const eg_plugin plugin{sizeof(eg_plugin), EG_SHAPE_EDGE, "plasticity", "test.rule", "1.0.0", "does nothing", 0, 0,
                         nullptr,           &table};
  table.size = offsetof(eg_edge, keeps_history);
  CHECK(descriptor_fault(plugin) == "plasticity 'test.rule' lacks one of create, destroy, init, update_every_ms");
  table.init = [](const void*, eg_edge_block*, eg_error*) -> eg_status { return EG_OK; };
  CHECK(descriptor_fault(plugin).empty());
  table.size -= 8;
  CHECK(descriptor_fault(plugin) == "plasticity 'test.rule' has an edge table smaller than this ABI's");
}

}  // namespace
