// What units of encoders have in common and what tells them apart: shared random values, and their numbers.
#include <fmt/format.h>

#include <encephagen/sdk/encoder.hpp>

#include "encephagen/sdk/random.hpp"
#include "engine/random_fill.hpp"
#include "network.hpp"
#include "probe.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// Gives each unit the shared value of the step, and 1000 times its number plus the number of units on top if asked to.
template <uint32_t lasts>
struct Teller {
  static constexpr eg::Info info{"test.teller", "1.0.0", "tells what it sees"};
  struct Params {
    double scale = 0, unit = -1, n_units = 0;
    static constexpr auto fields =
        eg::list(eg::param("scale", &Params::scale, eg::range(0, 1e6), "of numbers"),
                 eg::param("unit", &Params::unit, eg::range(-1, 1e6), "number", eg::per_unit),
                 eg::param("n_units", &Params::n_units, eg::range(0, 1e6), "of how many", eg::per_unit));
  } p;
  static constexpr auto state = eg::list(eg::Column{"psc", "what is told", -eg::infinity, eg::infinity, lasts});
  static constexpr auto outputs = eg::list(eg::Output{"psc", 0, "what is told", EG_ACCEPTS_SPIKES});
  static constexpr auto random =
      eg::list(eg::RandomColumn{"choice", EG_RANDOM_UNIFORM, "one for all", nullptr, EG_RANDOM_SHARED},
               eg::RandomColumn{"own", EG_RANDOM_UNIFORM, "one for each"});
  explicit Teller(const Params& params) : p(params) {}
  template <class Real>
  void init(eg::EncoderBlockOf<Real>& b) const {
    std::ranges::fill(b.state(0), Real{0});
  }
  template <class Real>
  void step(eg::EncoderBlockOf<Real>& b) const {
    for (size_t i = 0; i < b.size(); ++i) {
      const Real told = p.scale > 0 ? b.param(0)[i] * static_cast<Real>(p.scale) + b.param(1)[i] : b.random(0)[i];
      b.state(0)[i] = lasts == EG_STATE_ADDED_TO ? b.state(0)[i] + told : told;
    }
  }
};

// Two encoders, into the excitatory and the inhibitory port of probes: four regions of ten, records as in inputs_test.
std::string toml(const char* units, const char* precision, const char* second_port = "inh_mv") {
  std::string out = fmt::format(
      "format = 1\n[run]\nseed = 5\nduration_ms = 3.0\nprecision = \"{}\"\n[connectome]\nplugin = \"core.spatial\"\n"
      "params.n_regions = 4\n[region.population.p]\nplugin = \"core.lif\"\nn = 10\n"
      "[[encoder]]\nplugin = \"core.poisson\"\nto = \"p\"\nport = \"exc_mv\"\n"
      "[[encoder]]\nplugin = \"core.poisson\"\nto = \"p\"\nport = \"{}\"\n{}",
      precision, second_port, units);
  for (const char* state : {"i_exc_mv", "i_inh_mv"})
    out += fmt::format("[[record]]\nname = \"{0}\"\nfrom = \"*.p\"\nstate = \"{0}\"\nevery_ms = 0.1\n", state);
  return out;
}

template <uint32_t lasts = EG_STATE_KEPT>
auto with_tellers(const char* first, const char* second, double scale = 0, double unit = -1) {
  return [=](Scenario& s) {
    with_probes(s);
    static constexpr eg_plugin plugin = eg::encoder<Teller<lasts>>;
    static const FoundPlugin found{&plugin, nullptr, {}};
    for (auto& e : s.encoders) {
      e.plugin.found = &found;
      e.plugin.params = Node{};
      e.plugin.params.set("scale", Node::of_number(scale));
      e.plugin.params.set("unit", Node::of_number(unit));
      e.plugin.params.set("n_units", Node::of_number(0));
    }
    s.encoders[0].stream = first, s.encoders[1].stream = second;
  };
}

}  // namespace

TEST_CASE("encoders: all units of a stream see one random value in a step, other streams others") {
  for (const char* precision : {"double", "single"})
    for (const unsigned threads : {1u, 2u}) {
      CAPTURE(precision);
      Network same(toml("units = [2, 3]\n", precision), threads, with_tellers("x", "x"));
      Network apart(toml("", precision), threads, with_tellers("x", ""));
      const auto a = same.run(), b = apart.run();
      const auto key = eg::mix_key(same.scenario.seeds.noise, "stream x.choice");
      size_t n_equal = 0;
      for (size_t k = 0; k < a[0].size(); ++k) {
        double value = reference_uniform(key, k, 0);
        if (std::string_view(precision) == "single") value = static_cast<double>(static_cast<float>(value));
        for (size_t u = 0; u < 40; ++u) {
          CHECK(a[0][k][u] == value);
          CHECK(b[0][k][u] == value);
          CHECK(a[1][k][u] == (u % 10 == 2 || u % 10 == 3 ? value : 0));
          CHECK(b[1][k][u] == b[1][k][0]);
          n_equal += b[1][k][u] == value;
        }
      }
      CHECK(a[0].size() == 30);
      CHECK(a[0][0][0] != a[0][1][0]);
      CHECK(n_equal == 0);
    }
}

TEST_CASE("encoders: units are numbered over what an encoder feeds, unless the scenario numbers them") {
  Network counted(toml("units = [2, 3]\n", "double"), 2, with_tellers("", "", 1000));
  const auto a = counted.run();
  Network given(toml("units = [2, 3]\n", "double"), 1, with_tellers("", "", 1000, 7));
  const auto b = given.run();
  for (size_t u = 0; u < 40; ++u) {
    const bool is_fed = u % 10 == 2 || u % 10 == 3;
    const auto number = static_cast<double>(u / 10 * 2 + u % 10 - 2);
    CHECK(a[0][4][u] == 1000 * static_cast<double>(u) + 40);
    CHECK(a[1][4][u] == (is_fed ? 1000 * number + 8 : 0));
    CHECK(b[0][4][u] == 7040);
    CHECK(b[1][4][u] == (is_fed ? 7008 : 0));
  }
}

TEST_CASE("encoders: what is added where units read it is what is written and then added") {
  for (const char* precision : {"double", "single"})
    for (const char* units : {"", "units = [2, 3]\n"})
      for (const char* port : {"exc_mv", "inh_mv"}) {
        CAPTURE(precision);
        CAPTURE(units);
        CAPTURE(port);
        Network writing(toml(units, precision, port), 1, with_tellers("x", "y"));
        Network adding(toml(units, precision, port), 2, with_tellers<EG_STATE_ADDED_TO>("x", "y"));
        const auto written = writing.run();
        CHECK(adding.run() == written);
        CHECK((written[0][7][2] != written[0][7][5]) == (*units != 0 && std::string_view(port) == "exc_mv"));
      }
}
