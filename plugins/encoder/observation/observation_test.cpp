// Tests of core.observation: who sees what, and how it is scaled.
#include <doctest/doctest.h>

#include "../common/test_seen.hpp"
#include "model.hpp"

using core::Observation;
using core::testing::number;
using core::testing::words_of;
using encephagen::testing::UnitHarness;

namespace {

std::vector<double> values(UnitHarness& h, size_t n, const std::vector<double>& observation) {
  number(h, n);
  h.init();
  h.observe(observation);
  h.step();
  return h.state("value");
}

}  // namespace

TEST_CASE("observation: units share what is seen out evenly and in order") {
  UnitHarness h(eg::encoder<Observation>, 7, 0.1);
  CHECK(values(h, 7, {1, 2, 3}) == std::vector<double>{1, 1, 1, 2, 2, 3, 3});
  h.observe({5});
  h.step(3);
  CHECK(h.state("value") == std::vector<double>(7, 5.0));
  h.step();
  CHECK(h.state("value") == std::vector<double>(7, 5.0));
  h.observe({1, 2, 3, 4, 5, 6, 7});
  h.step(2);
  CHECK(h.state("value") == std::vector<double>{1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("observation: gain, offset and bounds are those of each observation or of all") {
  UnitHarness h(eg::encoder<Observation>, 2, 0.1);
  h.set_list("gain", {2, -3}), h.set_list("offset", {10});
  h.set_list("low", {0, -1}), h.set_list("high", {1});
  CHECK(values(h, 2, {5, -7}) == std::vector<double>{12, 13});
  h.observe({-5, 0.5});
  h.step();
  CHECK(h.state("value") == std::vector<double>{10, 8.5});
}

TEST_CASE("observation: the published loop gives 0 to 8 mV to every neuron of a region, and 4 mV for nothing") {
  UnitHarness h(eg::encoder<Observation>, 6, 0.1);
  h.set_list("gain", {4}), h.set_list("offset", {4}), h.set_list("low", {-1}), h.set_list("high", {1});
  CHECK(values(h, 6, {-2, 0, 0.5}) == std::vector<double>{0, 0, 4, 4, 6, 6});
}

TEST_CASE("observation: what nobody would see, lists of another length and no body are refused") {
  UnitHarness few(eg::encoder<Observation>, 2, 0.1);
  CHECK(words_of([&] {
          values(few, 2, {1, 2, 3});
        }) == "there are 3 observations, but the encoder feeds 2 units: some would be seen by nobody");
  UnitHarness list(eg::encoder<Observation>, 3, 0.1);
  list.set_list("gain", {1, 2});
  CHECK(words_of([&] {
          values(list, 3, {1, 2, 3});
        }) == "gain has 2 numbers, but 3 observations are encoded: give one for all, or one for each");
  UnitHarness blind(eg::encoder<Observation>, 3, 0.1);
  CHECK(words_of([&] { values(blind, 3, {}); }) ==
        "it encodes what is seen of a body: give it body = \"NAME\" and observe");
}
