// encephagen._core: the kernel as Python sees it. What it offers is wrapped, and documented, in the package's Python
// files.
#include <dlfcn.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <csignal>

#include "engine/session.hpp"
#include "experiment/experiment_results.hpp"
#include "experiment/loaded_file.hpp"
#include "experiment/optimize.hpp"
#include "experiment/progress.hpp"
#include "host/processors.hpp"
#include "host/program_folder.hpp"
#include "host/version.hpp"
#include "scenario/toml_document.hpp"

namespace py = pybind11;
namespace fs = std::filesystem;

namespace encephagen::python {
namespace {

using Texts = std::vector<std::string>;

// Plugins and the list of datasets lie in the same prefix as the package: PREFIX/lib/python3/dist-packages/encephagen.
void find_prefix() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&find_prefix), &info) == 0 || !info.dli_fname) return;
  fs::path at = fs::canonical(info.dli_fname).parent_path();
  for (int k = 0; k < 4; ++k) at = at.parent_path();
  set_program_folder(at / "bin");
}

template <class T>
py::array_t<T> array(const std::vector<T>& values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

// Lets Python's own handlers see signals while the interpreter is released; they may raise, which ends the piece.
class SignalCheck {
 public:
  bool operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(50)) return true;
    last_ = now;
    const py::gil_scoped_acquire gil;
    raised_ = PyErr_CheckSignals() != 0;
    if (raised_) error_ = std::make_unique<py::error_already_set>();
    return !raised_;
  }
  void rethrow() {
    if (raised_) throw py::error_already_set(*error_);
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool raised_ = false;
  std::unique_ptr<py::error_already_set> error_;
};

// The kernel's handlers stand while it runs an experiment; afterwards Python has its own back.
class BorrowedSignals {
 public:
  BorrowedSignals() {
    forget_signal();
    keep_process_on_signals();
    for (size_t k = 0; k < n; ++k) sigaction(signals[k], nullptr, &before_[k]);
  }
  ~BorrowedSignals() {
    for (size_t k = 0; k < n; ++k) sigaction(signals[k], &before_[k], nullptr);
  }

 private:
  static constexpr int signals[] = {SIGINT, SIGTERM, SIGXFSZ};
  static constexpr size_t n = 3;
  struct sigaction before_[n] {};
};

unsigned threads_or_default(int threads) {
  if (threads < 0 || threads > 4096)
    throw Failure(Exit::usage, "threads: needs a whole number from 1 to 4096, or none for all processors");
  return threads == 0 ? default_threads() : static_cast<unsigned>(threads);
}

LoadedFile load(const std::string& file, Texts overrides, const py::object& seed, const Texts& plugin_paths,
                bool quick) {
  if (!seed.is_none()) {
    const auto number = seed.cast<int64_t>();
    if (number < 0) throw Failure(Exit::usage, "seed: needs a whole number that is not negative");
    overrides.push_back((is_experiment(read_toml(file)) ? "seed=" : "run.seed=") + std::to_string(number));
  }
  const py::gil_scoped_release release;
  return load_file(file, {overrides, plugin_paths, false, quick});
}

Scenario only_scenario(LoadedFile& loaded, const std::string& file) {
  if (!loaded.scenario)
    throw Failure(Exit::usage,
                  file + ": is an experiment; a simulation is of one scenario, and run() runs experiments");
  return std::move(*loaded.scenario);
}

std::unique_ptr<Session> make_session(const std::string& file, const Texts& overrides, const py::object& seed,
                                      int threads, const Texts& plugin_paths) {
  auto loaded = load(file, overrides, seed, plugin_paths, false);
  OwnedScenario owned{std::move(loaded.registry), std::move(loaded.paths), only_scenario(loaded, file)};
  const unsigned n = threads_or_default(threads);
  const py::gil_scoped_release release;
  return std::make_unique<Session>(std::move(owned), n);
}

void advance(Session& session, double ms) {
  SignalCheck check;
  {
    const py::gil_scoped_release release;
    session.advance(ms, [&] { return check(); });
  }
  check.rethrow();
}

// name, number of units, states, whether it spikes, region of each unit
py::list populations(const Session& session) {
  py::list out;
  for (size_t p = 0; p < session.scenario().populations.size(); ++p) {
    const auto& spec = session.scenario().populations[p];
    const auto& population = session.simulation().population(p);
    std::vector<int64_t> region;
    for (size_t u = 0; u < population.size(); ++u) region.push_back(static_cast<int64_t>(population.region_of(u)));
    Texts states;
    for (uint32_t c = 0; c < spec.unit().n_state; ++c) states.emplace_back(spec.unit().state[c].name);
    out.append(py::make_tuple(spec.name, std::string(spec.plugin.found->plugin->name), population.size(), states,
                              spec.can_spike(), array(region)));
  }
  return out;
}

py::array_t<double> state(const Session& session, const std::string& population, const std::string& name) {
  const Column& column = session.state(population, name);
  py::array_t<double> out(static_cast<py::ssize_t>(column.size()));
  auto to = out.mutable_unchecked<1>();
  for (size_t u = 0; u < column.size(); ++u) to(static_cast<py::ssize_t>(u)) = column[u];
  return out;
}

py::tuple spikes(const Session& session, const std::string& population) {
  const auto& s = session.spikes(population);
  return py::make_tuple(array(s.time_ms), array(s.unit));
}

// Of spikes: times, units. Of signals: times, rows, units.
py::tuple recording(const Session& session, const std::string& name) {
  size_t i = 0;
  const Kept& kept = session.recording(name, &i);
  const auto& record = session.simulation().records()[i];
  if (record.spec->spikes) return py::make_tuple(array(kept.time_ms), array(kept.unit));
  const std::vector<int64_t> unit(record.unit.begin(), record.unit.end());
  return py::make_tuple(
      array(kept.time_ms),
      array(kept.rows).reshape({static_cast<py::ssize_t>(kept.time_ms.size()), static_cast<py::ssize_t>(unit.size())}),
      array(unit));
}

py::array numpy_of(const ArrayData& a) {
  const std::vector<py::ssize_t> shape(a.shape.begin(), a.shape.end());
  if (a.element == EG_F64) return array(a.numbers).reshape(shape);
  if (a.element == EG_I64) return array(a.integers).reshape(shape);
  return py::array(py::module_::import("numpy").attr("array")(a.texts, py::arg("dtype") = "U")).reshape(shape);
}

py::dict body(const Session& session, const std::string& name) {
  py::dict out;
  for (const auto& a : session.body(name)) out[py::str(a.name)] = numpy_of(a);
  return out;
}

// source, target, weight, delay
py::tuple synapses(const Session& session, const std::string& projection) {
  Synapses s;
  {
    const py::gil_scoped_release release;
    s = session.synapses(projection);
  }
  std::vector<int64_t> source;
  std::vector<double> delay_ms;
  for (size_t u = 0; u + 1 < s.row_begin.size(); ++u)
    for (uint64_t k = s.row_begin[u]; k < s.row_begin[u + 1]; ++k) {
      source.push_back(static_cast<int64_t>(u));
      delay_ms.push_back(s.delay(k) * session.scenario().dt_ms);
    }
  return py::make_tuple(array(source), array(std::vector<int64_t>(s.target.begin(), s.target.end())), array(s.weight),
                        array(delay_ms));
}

// What is left to say once a folder is complete, or as complete as it got.
py::dict run(const std::string& file, const Texts& overrides, const py::object& seed, const std::string& folder,
             int threads, const Texts& plugin_paths, bool quick, bool resume) {
  ExecutionResult result;
  Texts warnings;
  {
    auto loaded = load(file, overrides, seed, plugin_paths, quick);
    ExecutionOptions options;
    options.folder = folder;
    options.threads = threads_or_default(threads);
    options.resume = resume;
    options.quiet = true;
    options.command_line = {"encephagen.run", file};
    for (const auto& o : overrides) options.command_line.insert(options.command_line.end(), {"--set", o});
    options.resume_command = "encephagen.run(..., resume=True)";
    const BorrowedSignals signals;
    const py::gil_scoped_release release;
    warnings = loaded.experiment ? loaded.experiment->warnings : loaded.scenario->warnings;
    if (loaded.experiment) {
      const auto found = optimize(*loaded.experiment, loaded.paths, options);
      warnings.insert(warnings.end(), found.warnings.begin(), found.warnings.end());
      if (found.stopped_by_signal != 0)
        result.stopped_by_signal = found.stopped_by_signal;
      else
        result = execute(*loaded.experiment, loaded.paths, options);
    } else {
      result = execute_single(*loaded.scenario, loaded.paths, options);
    }
    if (result.stopped_by_signal == 0) {
      if (loaded.experiment)
        conclude(*loaded.experiment, result, options);
      else
        conclude(*loaded.scenario, result, options);
    }
  }
  const int signal = result.stopped_by_signal;
  forget_signal();
  if (signal == SIGINT) {
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    throw py::error_already_set();
  }
  if (signal != 0) std::raise(signal);
  warnings.insert(warnings.end(), result.warnings.begin(), result.warnings.end());
  py::dict out;
  out["failures"] = result.failures;
  out["warnings"] = warnings;
  return out;
}

Texts check(const std::string& file, const Texts& overrides, const Texts& plugin_paths) {
  const auto loaded = load(file, overrides, py::none(), plugin_paths, false);
  return loaded.experiment ? loaded.experiment->warnings : loaded.scenario->warnings;
}

}  // namespace
}  // namespace encephagen::python

PYBIND11_MODULE(_core, m) {
  using namespace encephagen;
  namespace own = encephagen::python;
  own::find_prefix();
  // The message is the program's, the class follows from the exit status it would have had.
  py::register_exception_translator(
      [](std::exception_ptr e) {  // NOLINT(performance-unnecessary-value-param): pybind11's
        try {
          if (e) std::rethrow_exception(e);
        } catch (const Failure& failure) {
          const py::object error = py::module_::import("encephagen.errors")
                                       .attr("error_of")(static_cast<int>(failure.status()), failure.what());
          PyErr_SetObject(py::type::of(error).ptr(), error.ptr());
        }
      });
  m.def("version", &version_text);
  m.def("run", &own::run);
  m.def("check", &own::check);
  const auto released = py::call_guard<py::gil_scoped_release>();
  py::class_<Session>(m, "Session")
      .def(py::init(&own::make_session))
      .def("advance", &own::advance)
      .def("time_ms", &Session::time_ms)
      .def("is_over", &Session::is_over)
      .def("dt_ms", [](const Session& s) { return s.scenario().dt_ms; })
      .def("duration_ms", [](const Session& s) { return s.scenario().duration_ms; })
      .def("title", [](const Session& s) { return s.scenario().title; })
      .def("regions", [](const Session& s) { return s.brain().connectome.labels; })
      .def("populations", &own::populations)
      .def("state", &own::state)
      .def("spikes", &own::spikes)
      .def("recording", &own::recording)
      .def("recordings",
           [](const Session& s) {
             std::vector<std::string> names;
             for (const auto& r : s.simulation().records()) names.push_back(r.spec->name);
             return names;
           })
      .def("bodies", &Session::bodies)
      .def("body", &own::body)
      .def("projections", &Session::projections)
      .def("synapses", &own::synapses)
      .def("inject", &Session::inject, released)
      .def("params",
           [](const Session& s) {
             py::list out;
             for (const auto& p : s.params())
               out.append(py::make_tuple(p.path(), p.value, p.is_number, p.low, p.high, p.doc));
             return out;
           })
      .def("set_param", &Session::set_param, released)
      .def(
          "save", [](Session& s, const std::string& file) { s.save(file); }, released)
      .def(
          "restore", [](Session& s, const std::string& file) { s.restore(file); }, released);
}
