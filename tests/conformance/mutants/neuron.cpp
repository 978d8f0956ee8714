// Neurons with one mistake each; "none", "lower_precision" and "works_in_single" have none that a kit may mind.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <encephagen/sdk/neuron.hpp>
#include <locale>
#include <stdexcept>
#include <vector>

#include "fault.hpp"

namespace {

using mutants::Fault;

enum class Mode { plain, fast };
constexpr std::string_view kLabel = "unnamed";

template <Fault F>
struct Parameters {
  double tau_ms = 10, threshold_mv = 8, delay_ms = 1;
  int64_t divider_count = 2;
  bool is_shy = false;
  Mode mode = Mode::plain;
  std::string_view label = kLabel;
  static constexpr auto fields = eg::list(
      eg::param(F == "name_without_unit" ? "tau" : "tau_ms", &Parameters::tau_ms, eg::range(1, 100), "time constant"),
      eg::param("threshold_mv", &Parameters::threshold_mv, eg::range(1, 50), "where it fires", eg::per_unit),
      eg::param("delay_ms", &Parameters::delay_ms, eg::range(0, 10), "does nothing much"),
      eg::param("divider_count", &Parameters::divider_count, eg::range(1, 20), "divides the noise"),
      eg::param("is_shy", &Parameters::is_shy, "makes weak input weaker"),
      eg::param("mode", &Parameters::mode, eg::choices("plain", F == "choice_twice" ? "plain" : "fast"),
                "how it leaks"),
      eg::param("label", &Parameters::label, "a name that does nothing"));
};

struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

// Those that work in single precision too, where alone they make their mistake.
template <Fault F>
inline constexpr bool is_single = std::string_view(F.text).find("single") != std::string_view::npos;

template <Fault F>
struct Neuron {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), F == "version_of_two_numbers" ? "1.0" : "1.0.0",
                                 "leaky integrator with a threshold"};
  using Params = Parameters<F>;
  Params p;

  enum { kV, kActivity };
  static constexpr auto state =
      eg::list(eg::Column{"v_mv", "potential above rest"},
               eg::Column{"activity", "share of recent steps with a spike", F == "empty_bounds" ? 2 : 0, 1,
                          F == "changes_what_init_set"      ? EG_STATE_SET_BY_INIT
                          : F == "reads_what_was_forgotten" ? EG_STATE_WITHIN_STEP
                                                            : EG_STATE_KEPT});
  enum { kDrive, kKicks };
  static constexpr auto inputs = eg::list(eg::Port{"drive_mv", "where it would settle", EG_ACCEPTS_ANY},
                                          eg::Port{"kicks_mv", "jumps", EG_ACCEPTS_SPIKES});
  enum { kNoise };
  static constexpr auto random = eg::list(
      eg::RandomColumn{"noise", F == "poisson_without_rate" ? EG_RANDOM_POISSON : EG_RANDOM_NORMAL, "fluctuations"});

  mutable std::atomic<bool> was_initialised = false;
  mutable int steps_left = 60;

  explicit Neuron(const Params& params) : p(params) {
    if constexpr (F == "refuses_its_defaults") throw std::invalid_argument("not today");
    if constexpr (F == "refuses_the_upper_end") {
      if (p.tau_ms == 100) throw std::invalid_argument("");
    }
    if constexpr (F == "divides_by_the_lower_end") {
      volatile int64_t zero = p.divider_count - 1;
      steps_left += static_cast<int>(600 / zero);
    }
    if constexpr (F == "aborts_in_a_choice") {
      if (p.mode == Mode::fast) std::abort();
    }
    if constexpr (F == "loops_for_a_flag") {
      volatile bool forever = p.is_shy;
      while (forever) {
      }
    }
    if constexpr (F == "refuses_some_mixtures") {
      if (p.tau_ms > 30 && p.tau_ms < 90 && p.threshold_mv > 20 && p.threshold_mv < 45) throw std::invalid_argument("");
    }
    if constexpr (F == "ignores_signals") std::signal(SIGINT, SIG_IGN);
    if constexpr (F == "sets_the_locale") std::locale::global(std::locale(std::locale::classic(), new Comma));
    if constexpr (F == "changes_the_folder") {
      if (::chdir("/") != 0) throw std::runtime_error("chdir failed");
    }
  }

  void init(eg::NeuronBlock& b) const {
    if constexpr (F == "remembers_init") was_initialised = true;
    std::ranges::fill(b.state(kV), 0.0);
    if constexpr (F != "init_forgets_a_column") std::ranges::fill(b.state(kActivity), 0.0);
  }

  void init(eg::NeuronBlockOf<float>& b) const requires is_single<F> {
    std::ranges::fill(b.state(kV), 0.0f);
    if constexpr (F != "init_forgets_a_column_in_single") std::ranges::fill(b.state(kActivity), 0.0f);
  }
  void step(eg::NeuronBlockOf<float>& b) const requires is_single<F> {
    const auto v = b.state(kV), activity = b.state(kActivity);
    const auto keep = static_cast<float>(decay(b.dt_ms())), lost = static_cast<float>(forgotten(b.dt_ms()));
    for (size_t i = 0; i < b.size(); ++i) {
      v[i] =
          b.input(kDrive)[i] + (v[i] - b.input(kDrive)[i]) * keep + 0.1f * (b.input(kKicks)[i] + b.random(kNoise)[i]);
      if constexpr (F == "knows_its_place_in_single") v[i] += 1e-3f * static_cast<float>(i);
      const bool fires = v[i] >= b.param(0)[i];
      activity[i] = (1 - lost) * activity[i] + (fires ? lost : 0.0f);
      if (!fires) continue;
      v[i] = 0;
      b.spike(i);
    }
    if constexpr (F == "writes_past_the_end_in_single") v.data()[b.size()] = 0;
  }

  // A tenth in 0.1 ms.
  static double forgotten(double dt_ms) { return F == "forgets_dt" ? 0.1 : 1 - std::pow(0.9, dt_ms / 0.1); }
  double decay(double dt_ms) const {
    if constexpr (F == "static_from_first_parameters") {
      static const double value = std::exp(-dt_ms / p.tau_ms);
      return value;
    }
    if constexpr (F == "counts_substeps_of_a_tenth") {
      const int substeps = static_cast<int>(dt_ms / 0.1 + 0.5);
      return 1 - dt_ms / substeps / p.tau_ms;
    }
    return std::exp(-dt_ms / p.tau_ms);
  }

  void step(eg::NeuronBlock& b) const {
    const auto v = b.state(kV), activity = b.state(kActivity);
    const auto drive = b.input(kDrive), kicks = b.input(kKicks), noise = b.random(kNoise);
    const auto threshold = b.param(0);
    const double keep = decay(b.dt_ms()), lost = forgotten(b.dt_ms());
    if constexpr (F == "gives_up") {
      if (--steps_left < 0) throw std::runtime_error("tired");
    }
    if constexpr (F == "exits") {
      if (b.t_ms() > 5) std::exit(0);
    }
    if constexpr (F == "rounds_upwards") std::fesetround(FE_UPWARD);
    if constexpr (F == "prints") std::printf("stepping\n");
    [[maybe_unused]] bool is_met = false;
    if constexpr (F == "scratch_shared_by_threads") is_met = mutants::is_met_by_another_thread(mutants::Held::briefly);

    for (size_t i = 0; i < b.size(); ++i) {
      const double push = p.is_shy && std::abs(drive[i]) < 1 ? 0.5 * drive[i] : drive[i];
      v[i] = push + (v[i] - push) * keep + 0.1 * kicks[i] + 0.1 * noise[i] / static_cast<double>(p.divider_count);
      if (p.mode == Mode::fast) v[i] *= 0.99;
      if constexpr (F == "lower_precision") v[i] = static_cast<float>(v[i]);
      if constexpr (F == "explodes") v[i] = -std::cosh(v[i] * v[i]) * 1e300 * 1e300;
      if constexpr (F == "explodes_when_driven") v[i] *= std::abs(push) > 150 ? 1e300 : 1;
      if constexpr (F == "masks_a_nan") v[i] += 1e-3 * std::fmax(0.0, std::sqrt(push));
      if constexpr (F == "draws_from_the_c_library") v[i] += 1e-6 * std::rand();
      if constexpr (F == "knows_its_place_in_the_block") v[i] += 1e-6 * static_cast<double>(i);
      if constexpr (F == "knows_the_time") v[i] += 1e-3 * std::sin(b.t_ms());
      if constexpr (F == "remembers_init") v[i] += was_initialised ? 0 : 1e-3;
      if constexpr (F == "scratch_shared_by_threads") v[i] += is_met ? 1e-3 : 0;
    }
    if constexpr (F == "looks_at_its_neighbour") {
      for (size_t i = 1; i < b.size(); ++i) v[i] += 1e-3 * v[i - 1];
    }
    if constexpr (F == "writes_past_the_end") v.data()[b.size()] = 0;
    if constexpr (F == "writes_its_input") const_cast<double&>(drive[0]) = 0;
    if constexpr (F == "reads_past_the_end") {
      volatile double next = drive.data()[b.size()];
      (void)next;
    }
    if constexpr (F == "allocates") {
      const std::vector<double> copy(v.begin(), v.end());
      v[0] = *std::max_element(copy.begin(), copy.begin() + 1);
    }

    for (size_t i = 0; i < b.size(); ++i) {
      double limit = threshold[i];
      if constexpr (F == "minds_the_uniform_flag") limit *= b.param_is_uniform(0) ? 1 : 1.01;
      if constexpr (F == "ignores_per_unit_values") limit = p.threshold_mv;
      if constexpr (F == "never_fires") limit = 1e9;
      const bool fires = v[i] >= limit;
      activity[i] = (1 - lost) * activity[i] + (fires ? (F == "breaks_its_bounds" ? 2 * lost : lost) : 0);
      if (!fires) continue;
      v[i] = 0;
      b.spike(i);
      if constexpr (F == "spikes_twice") {
        if (b.size() > 1 && i + 1 < b.size()) b.spike(i);
      }
    }
  }
};

// ---- mistakes below the SDK, which guards against them ----------------------------------------------------

template <class M>
struct Kept {  // an instance and what create was given
  void* inner;
  const eg_value* values;
  double tau_ms;
};

// The table of the SDK with some functions replaced.
template <Fault F>
constexpr eg_unit raw_table() {
  using M = Neuron<F>;
  eg_unit t = eg::detail::UnitTable<M, eg::NeuronBlock>::table;
  if constexpr (F == "throws_an_int") {
    t.step = [](const void*, eg_unit_block*, eg_error*) -> eg_status { throw 42; };
  }
  if constexpr (F == "destroys_twice") {
    t.destroy = [](void* self) {
      void (*volatile destroy)(void*) =
          eg::detail::destroy<M>;  // volatile: the compiler would warn of what is meant here
      destroy(self);
      destroy(self);
    };
  }
  if constexpr (F == "only_one_instance") {
    t.create = [](const eg_value* values, eg_error* e) -> void* {
      static int n = 0;
      if (n++ == 0) return eg::detail::create<M>(values, e);
      std::snprintf(e->text, sizeof e->text, "there can be only one");
      return nullptr;
    };
  }
  if constexpr (F == "fails_without_words") {
    t.create = [](const eg_value*, eg_error*) -> void* { return nullptr; };
  }
  if constexpr (F == "compares_addresses_of_texts") {
    t.create = [](const eg_value* values, eg_error* e) -> void* {
      std::vector<eg_value> copy(values, values + eg::detail::params_of<typename M::Params>.size());
      if (values[6].text != eg::detail::params_of<typename M::Params>[6].preset.text) copy[0].number *= 1.5;
      return eg::detail::create<M>(copy.data(), e);
    };
  }
  if constexpr (F == "reads_the_wrong_member") {
    t.create = [](const eg_value* values, eg_error* e) -> void* {
      std::vector<eg_value> copy(values, values + eg::detail::params_of<typename M::Params>.size());
      copy[3].integer = copy[3].number >= 1 ? static_cast<int64_t>(copy[3].number) : 1;  // an integer's is .integer
      return eg::detail::create<M>(copy.data(), e);
    };
  }
  if constexpr (F == "keeps_a_pointer") {
    t.create = [](const eg_value* values, eg_error* e) -> void* {
      void* inner = eg::detail::create<M>(values, e);
      return inner ? new Kept<M>{inner, values, values[0].number} : nullptr;
    };
    t.destroy = [](void* self) {
      auto* kept = static_cast<Kept<M>*>(self);
      eg::detail::destroy<M>(kept->inner);
      delete kept;
    };
    t.init = [](const void* self, eg_unit_block* b, eg_error* e) -> eg_status {
      return eg::detail::UnitTable<M, eg::NeuronBlock>::init(static_cast<const Kept<M>*>(self)->inner, b, e);
    };
    t.step = [](const void* self, eg_unit_block* b, eg_error* e) -> eg_status {
      const auto* kept = static_cast<const Kept<M>*>(self);
      if (kept->values[0].number != kept->tau_ms) b->state[0][0] += 1;
      return eg::detail::UnitTable<M, eg::NeuronBlock>::step(kept->inner, b, e);
    };
  }
  if constexpr (F == "spikes_backwards") {
    t.step = [](const void* self, eg_unit_block* b, eg_error* e) -> eg_status {
      const eg_status s = eg::detail::UnitTable<M, eg::NeuronBlock>::step(self, b, e);
      std::reverse(b->spikes, b->spikes + b->n_spikes);
      return s;
    };
  }
  return t;
}

template <Fault F>
constexpr eg_unit table = raw_table<F>();
template <Fault F>
constexpr eg_plugin neuron = eg::detail::describe<Neuron<F>>("neuron", EG_SHAPE_UNIT, &table<F>);

}  // namespace

EG_PLUGIN_LIBRARY(neuron<"none">, neuron<"lower_precision">, neuron<"works_in_single">,
                  neuron<"init_forgets_a_column_in_single">, neuron<"knows_its_place_in_single">,
                  neuron<"writes_past_the_end_in_single">, neuron<"version_of_two_numbers">, neuron<"choice_twice">,
                  neuron<"name_without_unit">, neuron<"empty_bounds">, neuron<"poisson_without_rate">,
                  neuron<"refuses_its_defaults">, neuron<"fails_without_words">, neuron<"destroys_twice">,
                  neuron<"only_one_instance">, neuron<"throws_an_int">, neuron<"gives_up">, neuron<"exits">,
                  neuron<"init_forgets_a_column">, neuron<"explodes">, neuron<"explodes_when_driven">,
                  neuron<"breaks_its_bounds">, neuron<"masks_a_nan">, neuron<"writes_past_the_end">,
                  neuron<"changes_what_init_set">, neuron<"reads_what_was_forgotten">, neuron<"writes_its_input">,
                  neuron<"reads_past_the_end">, neuron<"spikes_twice">, neuron<"spikes_backwards">,
                  neuron<"never_fires">, neuron<"draws_from_the_c_library">, neuron<"knows_its_place_in_the_block">,
                  neuron<"looks_at_its_neighbour">, neuron<"scratch_shared_by_threads">, neuron<"knows_the_time">,
                  neuron<"remembers_init">, neuron<"counts_substeps_of_a_tenth">, neuron<"allocates">,
                  neuron<"compares_addresses_of_texts">, neuron<"reads_the_wrong_member">, neuron<"keeps_a_pointer">,
                  neuron<"static_from_first_parameters">, neuron<"refuses_the_upper_end">,
                  neuron<"divides_by_the_lower_end">, neuron<"aborts_in_a_choice">, neuron<"loops_for_a_flag">,
                  neuron<"refuses_some_mixtures">, neuron<"minds_the_uniform_flag">, neuron<"ignores_per_unit_values">,
                  neuron<"rounds_upwards">, neuron<"sets_the_locale">, neuron<"changes_the_folder">,
                  neuron<"ignores_signals">, neuron<"prints">, neuron<"forgets_dt">)
