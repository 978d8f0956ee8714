// The small text helpers that messages are made of.
#include "host/text.hpp"

#include <doctest/doctest.h>

namespace {

using namespace encephagen;

TEST_CASE("text: the nearest candidate is suggested for a slip of the pen") {
  const std::vector<std::string> keys{"tau_m_ms", "threshold_mv", "reset_mv"};
  CHECK(nearest("tau_m_sm", keys) == "tau_m_ms");
  CHECK(nearest("treshold_mv", keys) == "threshold_mv");
  CHECK(nearest("Reset_mV", keys) == "reset_mv");
}

TEST_CASE("text: a key without its unit is found although it is far in letters") {
  CHECK(nearest("tau", {"tau_m_ms", "gain"}) == "tau_m_ms");
  CHECK(nearest("refractory", {"refractory_period_ms", "reset_mv"}) == "refractory_period_ms");
  CHECK(nearest("ta", {"ta_something_long_ms"}) == "ta_something_long_ms");
  // One letter says too little.
  CHECK(nearest("t", {"t_something_long_ms"}) == std::nullopt);
}

TEST_CASE("text: what is unlike every candidate gets no suggestion") {
  CHECK(nearest("weight", {"tau_m_ms", "threshold_mv"}) == std::nullopt);
  CHECK(nearest("tau_m_ms", {}) == std::nullopt);
  CHECK(did_you_mean("weight", {"tau_m_ms"}).empty());
}

TEST_CASE("text: the first of two equally near candidates is taken") {
  CHECK(nearest("cat", {"car", "cap"}) == "car");
  CHECK(did_you_mean("core.lfi", {"core.hh", "core.lif"}) == "; did you mean 'core.lif'?");
}

TEST_CASE("text: an edit more than a third of the word is too much") {
  CHECK(nearest("abcdefghi", {"xyzdefghi"}) == "xyzdefghi");   // 3 of 9
  CHECK(nearest("abcdefghi", {"wxyzefghi"}) == std::nullopt);  // 4 of 9
}

TEST_CASE("text: lower and equality ignore the case of letters only") {
  CHECK(lower("V1_R") == "v1_r");
  CHECK(equal_ignoring_case("V1_R", "v1_r"));
  CHECK_FALSE(equal_ignoring_case("V1_R", "v1-r"));
}

TEST_CASE("text: join puts separators between parts only") {
  CHECK(join({}, ", ").empty());
  CHECK(join({"a"}, ", ") == "a");
  CHECK(join({"a", "b", ""}, ", ") == "a, b, ");
}

TEST_CASE("text: a star stands for any characters, also none and several times") {
  CHECK(glob_match("*", ""));
  CHECK(glob_match("V1*", "V1"));
  CHECK(glob_match("*_R", "V1_R"));
  CHECK(glob_match("*1*R", "V1_lateral_R"));
  CHECK(glob_match("**", "anything"));
  CHECK_FALSE(glob_match("*_R", "V1_L"));
  CHECK_FALSE(glob_match("V1", "V10"));
  CHECK_FALSE(glob_match("V1*x", "V1"));
  CHECK_FALSE(glob_match("", "V1"));
  CHECK(glob_match("", ""));
}

TEST_CASE("text: a star gives back what it took too much of") {
  CHECK(glob_match("*ab", "aab"));
  CHECK(glob_match("a*b*c", "a__b__b__c"));
  CHECK_FALSE(glob_match("a*b*c", "a__c__b"));
}

TEST_CASE("text: patterns ignore case unless asked to mind it") {
  CHECK(glob_match("v1_*", "V1_R"));
  CHECK_FALSE(glob_match("v1_*", "V1_R", true));
  CHECK(glob_match("V1_*", "V1_R", true));
}

TEST_CASE("text: other characters of patterns stand for themselves") {
  CHECK(glob_match("core.?", "core.?"));
  CHECK_FALSE(glob_match("core.?", "core.x"));
  CHECK_FALSE(glob_match("core.lif", "corexlif"));
}

}  // namespace
