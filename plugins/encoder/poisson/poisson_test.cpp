// Tests of core.poisson: the rate it asks for and what it makes of the counts that the kernel draws.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Poisson;
using encephagen::testing::UnitHarness;

namespace {

std::string error_of(UnitHarness& h) {
  try {
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("poisson: the kernel is asked for the given rates and every count is weighted") {
  for (const uint32_t element : {EG_F64, EG_F32}) {
    const size_t n = 83;
    UnitHarness h(eg::encoder<Poisson>, n, 0.1, element);
    std::vector<double> rate(n), expected(n);
    for (size_t i = 0; i < n; ++i) rate[i] = 100 * static_cast<double>(i);
    h.set("rate_hz", rate);
    h.set("weight_mv", -1.5);
    h.init();
    CHECK(h.state("rate_now_hz") == rate);
    CHECK(h.state("psc_mv") == std::vector<double>(n, 0.0));
    for (size_t i = 0; i < n; ++i) {
      h.random("count")[i] = static_cast<double>(i % 5);
      expected[i] = -1.5 * static_cast<double>(i % 5);
    }
    h.step(11);
    CHECK(h.state("psc_mv") == expected);
    CHECK(h.state("rate_now_hz") == rate);
  }
  const auto& column = eg::encoder<Poisson>;
  const auto& random = static_cast<const eg_unit*>(column.table)->random[0];
  CHECK(random.random == EG_RANDOM_POISSON);
  CHECK(std::string_view(random.rate_param) == "rate_now_hz");
}

TEST_CASE("poisson: threshold_ratio is the published scaling") {
  // BASELINE: V_th ratio / (J tau_m) = 20 * 3.5 / (2 * 20) = 1.75 spikes per ms.
  UnitHarness h(eg::encoder<Poisson>, 3, 0.1);
  h.set("threshold_ratio", 3.5);
  h.init();
  for (const double rate : h.state("rate_now_hz")) CHECK_CLOSE(rate, 1750, 1e-15, 0);
  CHECK_CLOSE(Poisson(Poisson::Params{.threshold_ratio = 3.5, .weight_mv = 4}).scaled_rate_hz(), 875, 1e-15, 0);
}

TEST_CASE("poisson: refuses parameters that cannot be meant") {
  UnitHarness both(eg::encoder<Poisson>, 2, 0.1);
  both.set("rate_hz", std::vector<double>{0, 5});
  both.set("threshold_ratio", 2);
  CHECK(error_of(both) == "rate_hz and threshold_ratio are both given: give one of them");
  UnitHarness sign(eg::encoder<Poisson>, 1, 0.1);
  sign.set("threshold_ratio", 2);
  sign.set("weight_mv", -1);
  CHECK(error_of(sign) == "threshold_ratio needs a positive weight_mv: a negative one never reaches threshold");
  UnitHarness silent(eg::encoder<Poisson>, 2, 0.1);
  silent.set("rate_hz", std::vector<double>{0, 5});
  CHECK(error_of(silent) == "");
}
