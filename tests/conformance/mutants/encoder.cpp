// Encoders with one mistake each: they turn an observation into currents.
#include <cstdio>
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Encoder {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "the sum of an observation as a current"};
  struct Params {
    double gain_pa = 2.0, unit = -1, n_units = 0;
    static constexpr auto fields =
        eg::list(eg::param("gain_pa", &Params::gain_pa, eg::range(0, 100), "current per observation", eg::per_unit),
                 eg::param("unit", &Params::unit, eg::range(-1, 1e9), "its number; -1: counted", eg::per_unit),
                 eg::param("n_units", &Params::n_units, eg::range(0, 1e9), "of how many; 0: counted", eg::per_unit));
  } p;
  enum { kCurrent };
  static constexpr bool is_sum =
      F == "adds_to_what_it_finds" || F == "overwrites_what_it_finds" || F == "doubles_what_it_finds";
  static constexpr auto state = eg::list(eg::Column{"current_pa", "what the units receive", -eg::infinity, eg::infinity,
                                                    is_sum ? EG_STATE_ADDED_TO : EG_STATE_KEPT});
  static constexpr auto outputs = eg::list(eg::Output{"current_pa", kCurrent, "what the units receive"});
  static constexpr auto random =
      eg::list(eg::RandomColumn{"choice", EG_RANDOM_UNIFORM, "one value for all units", nullptr, EG_RANDOM_SHARED});

  explicit Encoder(const Params& params) : p(params) {}
  void init(eg::EncoderBlock& b) const { std::ranges::fill(b.state(kCurrent), 0.0); }
  void step(eg::EncoderBlock& b) const {
    double sum = 0;
    for (const double o : b.observation()) sum += o;
    if constexpr (F == "takes_four_for_granted") {
      for (size_t k = b.observation().size(); k < 4; ++k) sum += b.observation().data()[k];
    }
    if constexpr (F == "refuses_sizes_without_words") {
      if (b.observation().size() != 4) throw std::invalid_argument("");
    }
    if constexpr (F == "refuses_sizes_with_words") {
      if (b.observation().size() != 4) throw std::invalid_argument("needs 4 observations");
    }
    if constexpr (F == "relies_on_shared_values") {
      for (const double x : b.random(0))
        if (x != b.random(0)[0]) throw std::runtime_error("units of one encoder see different shared values");
      sum += b.random(0)[0];
    }
    if constexpr (F == "relies_on_numbers") {
      for (size_t i = 1; i < b.size(); ++i)
        if (b.param(1)[i] != b.param(1)[i - 1] + 1) throw std::runtime_error("units are not numbered");
      if (b.param(2)[0] < static_cast<double>(b.size())) throw std::runtime_error("more units than there are");
    }
    const auto out = b.state(kCurrent);
    for (size_t i = 0; i < b.size(); ++i) {
      const double current = b.param(0)[i] * sum;
      out[i] = F == "adds_to_what_it_finds"   ? out[i] + current
               : F == "doubles_what_it_finds" ? 2 * out[i] + current
                                              : current;
    }
  }
};

template <Fault F>
constexpr eg_plugin encoder = eg::encoder<Encoder<F>>;

}  // namespace

EG_PLUGIN_LIBRARY(encoder<"none">, encoder<"refuses_sizes_with_words">, encoder<"takes_four_for_granted">,
                  encoder<"refuses_sizes_without_words">, encoder<"relies_on_shared_values">,
                  encoder<"relies_on_numbers">, encoder<"adds_to_what_it_finds">, encoder<"overwrites_what_it_finds">,
                  encoder<"doubles_what_it_finds">)
