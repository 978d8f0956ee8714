// Tests of core.inhomogeneous_poisson: the rate it asks for, step by step.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::InhomogeneousPoisson;
using encephagen::testing::UnitHarness;

TEST_CASE("inhomogeneous_poisson: the rate is the sine in the middle of the next step, and never negative") {
  for (const uint32_t element : {EG_F64, EG_F32})
    for (const bool is_uniform : {true, false}) {
      const size_t n = 5;
      UnitHarness h(eg::encoder<InhomogeneousPoisson>, n, 0.5, element);
      std::vector<double> phase(n, 1.0);
      if (!is_uniform) phase = {0, 1, 2, -3, 10};
      h.set("offset_hz", 300);
      h.set("amplitude_hz", 500);
      h.set("frequency_hz", 8);
      h.set("phase_rad", phase);
      h.set("weight_mv", 3);
      h.init();
      bool was_zero = false;
      for (int k = 0; k < 300; ++k) {
        const double t_s = (k + 0.5) * 0.5e-3;
        for (size_t i = 0; i < n; ++i) {
          const double r = 300 + 500 * std::sin(2 * std::acos(-1.0) * 8 * t_s + phase[i]);
          CHECK_CLOSE(h.state("rate_now_hz")[i], std::max(0.0, r), 0, element == EG_F64 ? 1e-9 : 1e-3);
          was_zero = was_zero || h.state("rate_now_hz")[i] == 0;
          h.random("count")[i] = static_cast<double>(i);
        }
        h.step(2);
        CHECK(h.state("psc_mv") == std::vector<double>{0, 3, 6, 9, 12});
      }
      CHECK(was_zero);
    }
}

namespace {

struct Table {
  eg_plugin plugin = eg::encoder<InhomogeneousPoisson>;
  std::vector<eg_param> params{plugin.params, plugin.params + plugin.n_params};
  std::vector<double> times, rates;
  Table(std::vector<double> t, std::vector<double> r) : times(std::move(t)), rates(std::move(r)) {
    for (auto& p : params) {
      const std::string_view name = p.name;
      const auto* list = name == "times_ms" ? &times : name == "rates_hz" ? &rates : nullptr;
      if (list) p.preset.numbers = list->data(), p.preset.count = list->size();
      if (name == "course") p.preset.integer = 1;
    }
    plugin.params = params.data();
  }
};

std::string error_of(const Table& table) {
  try {
    UnitHarness(table.plugin, 1, 0.1).init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("inhomogeneous_poisson: a table gives each rate from its time on") {
  const Table table({1, 2, 2.5}, {100, 700, 0});
  UnitHarness h(table.plugin, 2, 0.1);
  h.init();
  for (int k = 0; k < 40; ++k) {
    const double expected = k < 10 ? 0 : k < 20 ? 100 : k < 25 ? 700 : 0;
    CHECK(h.state("rate_now_hz") == std::vector<double>(2, expected));
    h.step();
  }
}

TEST_CASE("inhomogeneous_poisson: refuses tables that cannot be meant") {
  CHECK(error_of(Table({}, {})) == "course = table needs times_ms and rates_hz, equally many numbers in each");
  CHECK(error_of(Table({1, 2}, {3})) == "course = table needs times_ms and rates_hz, equally many numbers in each");
  CHECK(error_of(Table({1, 1}, {3, 4})) == "times_ms must increase");
  CHECK(error_of(Table({1, 2}, {3, 4})) == "");
}
