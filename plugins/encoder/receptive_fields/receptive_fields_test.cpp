// Tests of core.receptive_fields: who answers to what, and how much.
#include <doctest/doctest.h>

#include "../common/test_seen.hpp"
#include "model.hpp"

using core::ReceptiveFields;
using core::ReceptiveFieldValues;
using namespace core::testing;

TEST_CASE("receptive_fields: units of each observation answer around their centres") {
  UnitHarness h(eg::encoder<ReceptiveFields>, 5, 0.1);
  h.set_list("n_centres", {3, 2}), h.set_list("low", {0, -1}), h.set_list("high", {4, 1});
  h.set("width", 0.5), h.set("min_hz", 1), h.set("max_hz", 101);
  // Centres 0, 2, 4 with sigma 1; -1, 1 with sigma 1.
  const auto e = [](double x) { return 1 + 100 * std::exp(-x * x / 2); };
  check_close(rates(h, 5, {2.5, -0.25}), {e(2.5), e(0.5), e(1.5), e(0.75), e(1.25)});
  check_close(rates(h, 5, {-7, 9}), {e(0), e(2), e(4), e(2), e(0)});
}

TEST_CASE("receptive_fields: of a product there is one field for every combination, and several units may share one") {
  UnitHarness h(eg::encoder<ReceptiveFields>, 12, 0.1);
  h.choose("layout", "product");
  h.set_list("n_centres", {3, 2}), h.set_list("low", {0, -1}), h.set_list("high", {4, 1});
  h.set("width", 0.5), h.set("max_hz", 100);
  const auto e = [](double x, double y) { return 100 * std::exp(-(x * x + y * y) / 2); };
  check_close(rates(h, 12, {2.5, -0.25}), {e(2.5, 0.75), e(2.5, 0.75), e(2.5, 1.25), e(2.5, 1.25),  //
                                           e(0.5, 0.75), e(0.5, 0.75), e(0.5, 1.25), e(0.5, 1.25),  //
                                           e(1.5, 0.75), e(1.5, 0.75), e(1.5, 1.25), e(1.5, 1.25)});
}

TEST_CASE("receptive_fields: a single centre lies in the middle") {
  UnitHarness h(eg::encoder<ReceptiveFields>, 1, 0.1);
  h.set_list("n_centres", {1}), h.set_list("low", {2}), h.set_list("high", {6});
  check_close(rates(h, 1, {4}), {100});
  check_close(rates(h, 1, {6}), {100 * std::exp(-0.125)});
}

TEST_CASE("receptive_fields: spikes come at these rates and weigh what is asked") {
  UnitHarness h(eg::encoder<ReceptiveFields>, 10, 0.5);
  h.set("weight_mv", 2.5), h.set("max_hz", 150), h.set("min_hz", 5);
  check_spikes(h, 10, {0.2}, 2.5, 0.5);
}

TEST_CASE("receptive_field_values: currents follow the same fields, and what is seen") {
  UnitHarness h(eg::encoder<ReceptiveFieldValues>, 3, 0.1);
  h.set_list("n_centres", {3}), h.set("baseline", -1), h.set("amplitude", 4);
  number(h, 3);
  h.init();
  h.observe({0});
  h.step();
  check_close(h.state("value"), {-1 + 4 * std::exp(-0.5), 3, -1 + 4 * std::exp(-0.5)});
  h.observe({1});
  h.step(2);
  check_close(h.state("value"), {-1 + 4 * std::exp(-2.0), -1 + 4 * std::exp(-0.5), 3});
}

TEST_CASE("receptive_fields: refuses fields that nobody has, and parts of centres") {
  UnitHarness few(eg::encoder<ReceptiveFields>, 19, 0.1);
  CHECK(words_of([&] {
          rates(few, 19, {0, 1});
        }) == "there are 20 fields, but the encoder feeds 19 units: some would be seen by nobody");
  UnitHarness half(eg::encoder<ReceptiveFields>, 19, 0.1);
  half.set_list("n_centres", {2.5});
  CHECK(words_of([&] { rates(half, 19, {0}); }) == "n_centres holds 2.500000: give whole numbers");
  UnitHarness many(eg::encoder<ReceptiveFields>, 19, 0.1);
  many.choose("layout", "product");
  CHECK(words_of([&] { rates(many, 19, std::vector<double>(12, 0.0)); }) ==
        "there are more than 1e8 fields: lower n_centres");
}
