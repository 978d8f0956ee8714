// One deliberately bad plugin library per mistake: compiled once for each BAD_... definition.
#include <csignal>
#include <encephagen/sdk/neuron.hpp>
#include <stdexcept>

namespace {

struct Unit {
  static constexpr eg::Info info{"bad.unit", "1.0.0", "a plugin with one mistake"};
  struct Params {
    double tau_m_ms = 10;
    static constexpr auto fields =
        eg::list(eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(1, 100), "time constant"));
  } p;
  static constexpr auto state = eg::list(eg::Column{"v_mv", "potential"});
  static constexpr auto inputs = eg::list(eg::Column{"drive_mv", "drive"});
  explicit Unit(const Params& params) : p(params) {
#ifdef BAD_THROWS_IN_CREATE
    throw std::runtime_error("no model today");
#endif
  }
  void init(eg::NeuronBlock& b) const {
    for (double& v : b.state(0)) v = 0;
  }
  void step(eg::NeuronBlock& b) const {
#ifdef BAD_THROWS_IN_STEP
    if (b.t_ms() > 2.95) throw std::runtime_error("matrix is singular");
#endif
#ifdef BAD_THROWS_AN_INT
    throw 42;
#endif
#ifdef BAD_RETURNS_NAN
    if (b.t_ms() > 2.95) b.state(0)[0] = std::numeric_limits<double>::quiet_NaN();
#endif
#ifdef BAD_CRASHES
    std::raise(SIGSEGV);
#endif
    (void)b;
  }
};

#ifdef BAD_UNDEFINED_SYMBOL
}
extern double a_function_that_nobody_defines(double);
namespace {
const double used = a_function_that_nobody_defines(1.0);
#endif

// A descriptor that can be spoilt.
constexpr eg_plugin spoilt() {
  eg_plugin p = eg::neuron<Unit>;
#ifdef BAD_UNKNOWN_KIND
  p.kind = "nueron";
#endif
#ifdef BAD_WRONG_SHAPE
  p.shape = EG_SHAPE_WORLD;
#endif
#ifdef BAD_NAME
  p.name = "unit";
#endif
#ifdef BAD_NO_VERSION
  p.version = "";
#endif
#ifdef BAD_NO_SUMMARY
  p.summary = nullptr;
#endif
#ifdef BAD_NO_TABLE
  p.table = nullptr;
#endif
  return p;
}

#ifdef BAD_DEFAULT_OUT_OF_RANGE
constexpr eg_param params[] = {{sizeof(eg_param),
                                EG_NUMBER,
                                0,
                                0,
                                "tau_m_ms",
                                "time constant",
                                nullptr,
                                1,
                                100,
                                {500, 0, "", nullptr, nullptr, 0}}};
#define BAD_PARAMS
#endif
#ifdef BAD_PARAM_WITHOUT_DOC
constexpr eg_param params[] = {
    {sizeof(eg_param), EG_NUMBER, 0, 0, "tau_m_ms", "", nullptr, 1, 100, {10, 0, "", nullptr, nullptr, 0}}};
#define BAD_PARAMS
#endif
#ifdef BAD_PARAM_TWICE
constexpr eg_param one{sizeof(eg_param), EG_NUMBER, 0, 0,   "tau_m_ms",
                       "time constant",  nullptr,   1, 100, {10, 0, "", nullptr, nullptr, 0}};
constexpr eg_param params[] = {one, one};
#define BAD_PARAMS
#endif

#ifdef BAD_MISSING_FUNCTION
constexpr eg_unit without_step() {
  eg_unit t = *static_cast<const eg_unit*>(&eg::detail::UnitTable<Unit, eg::NeuronBlock>::table);
  t.step = nullptr;
  return t;
}
constexpr eg_unit table = without_step();
#endif

constexpr eg_plugin plugin = [] {
  eg_plugin p = spoilt();
#ifdef BAD_PARAMS
  p.params = params;
  p.n_params = sizeof params / sizeof *params;
#endif
#ifdef BAD_MISSING_FUNCTION
  p.table = &table;
#endif
  return p;
}();

constexpr const eg_plugin* list[] = {
#ifdef BAD_NULL_PLUGIN
    nullptr
#else
    &plugin
#endif
};

}  // namespace

#ifndef BAD_NOT_A_PLUGIN
#ifndef BAD_MAGIC
#define BAD_MAGIC EG_MAGIC
#endif
#ifndef BAD_MAJOR
#define BAD_MAJOR EG_ABI_MAJOR
#endif
#ifndef BAD_MINOR
#define BAD_MINOR EG_ABI_MINOR
#endif
#ifndef BAD_SIZE
#define BAD_SIZE sizeof(eg_library)
#endif
#ifndef BAD_COUNT
#define BAD_COUNT 1
#endif
extern "C" __attribute__((visibility("default"))) const eg_library eg_plugin_library;
const eg_library eg_plugin_library = {BAD_MAGIC, BAD_MAJOR, BAD_MINOR, BAD_SIZE, BAD_COUNT, "test", list};
#endif
