// The conformance kit as its caller sees it: selection, parameters, reports, exit status, and what a plugin cannot do
// to it.
#include "host/conformance/conformance.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "host/failure.hpp"
#include "mutants.hpp"

namespace {

using namespace encephagen;
using testing::mutant;

ConformOptions only(std::vector<std::string> checks, double timeout_s = 120) {
  ConformOptions o;
  o.checks = std::move(checks);
  o.timeout_s = timeout_s;
  return o;
}

const CheckResult& result(const std::vector<CheckResult>& results, const std::string& id) {
  for (const auto& r : results)
    if (r.id == id) return r;
  throw std::runtime_error("no result for " + id);
}

TEST_CASE("conformance: a crash is a result that names the call, and the kit goes on") {
  const auto results = conform(mutant("neuron", "aborts_in_a_choice"), only({"params-choices", "process-quiet"}));
  CHECK(result(results, "params-choices").outcome == CheckOutcome::crashed);
#ifndef ENCEPHAGEN_SANITIZED
  CHECK(result(results, "params-choices").text == "was stopped by SIGABRT in create with mode = 'fast'");
#endif
  CHECK(result(results, "process-quiet").outcome == CheckOutcome::success);
}

TEST_CASE("conformance: a plugin that ends the process ends its child only") {
  const auto results = conform(mutant("neuron", "exits"), only({"calls-throw-nothing"}));
  CHECK(result(results, "calls-throw-nothing").outcome == CheckOutcome::crashed);
  CHECK(result(results, "calls-throw-nothing").text.starts_with("ended the process with status"));
}

TEST_CASE("conformance: an endless loop is stopped when its time is over") {
  const auto results = conform(mutant("neuron", "loops_for_a_flag"), only({"params-choices"}, 10));
  CHECK(result(results, "params-choices").text == "gave no answer within 10 s in create with is_shy = true");
}

TEST_CASE("conformance: a wanted check brings what it builds on") {
  std::vector<std::string> ids;
  for (const auto& r : conform(mutant("neuron", "none"), only({"step-runs"}))) ids.push_back(r.id);
  CHECK(ids == std::vector<std::string>{"descriptor-references", "descriptor-choices", "create-defaults",
                                        "create-repeated", "calls-throw-nothing", "step-runs"});
}

TEST_CASE("conformance: checks that build on a failed one are skipped and say so") {
  const auto results = conform(mutant("neuron", "gives_up"), only({"step-repeatable"}));
  CHECK(result(results, "step-runs").outcome == CheckOutcome::failure);
  CHECK(result(results, "step-runs").text == "step failed: tired");
  CHECK(result(results, "init-writes-state").outcome == CheckOutcome::skipped);
  CHECK(result(results, "step-repeatable").text == "builds on init-writes-state, which did not succeed");
  CHECK_FALSE(is_conforming(results));
}

TEST_CASE("conformance: a plugin that needs a parameter is skipped until it is given") {
  const auto& needy = mutant("connectome", "needs_a_dataset");
  ConformOptions options = only({"connectome-valid"});
  auto results = conform(needy, options);
  CHECK(result(results, "create-defaults").text == "needs a value for dataset: give it with --set dataset=...");
  CHECK(result(results, "connectome-valid").outcome == CheckOutcome::skipped);
  CHECK(is_conforming(results));
  options.params = {{"dataset", "/anywhere"}, {"n_regions", "7"}};
  CHECK(result(conform(needy, options), "connectome-valid").outcome == CheckOutcome::success);
}

TEST_CASE("conformance: parameters that do not fit are refused with words") {
  const auto message = [](const std::string& key, const std::string& value) -> std::string {
    ConformOptions options;
    options.params = {{key, value}};
    try {
      conform(mutant("neuron", "none"), options);
    } catch (const Failure& e) {
      CHECK(e.status() == Exit::usage);
      return e.what();
    }
    return "accepted";
  };
  CHECK(message("tau", "1") == "'tau' is not a parameter of neuron 'mutant.none'; did you mean 'tau_ms'?");
  CHECK(message("tau_ms", "soon") == "tau_ms = soon: needs a number in [1, 100]");
  CHECK(message("tau_ms", "1000") == "tau_ms = 1000: needs a number in [1, 100]");
  CHECK(message("divider_count", "1.5") == "divider_count = 1.5: needs a whole number in [1, 20]");
  CHECK(message("is_shy", "maybe") == "is_shy = maybe: needs true or false");
  CHECK(message("mode", "slow") == "mode = slow: needs one of plain, fast");
}

TEST_CASE("conformance: the text report lists every check in order and sums up") {
  std::ostringstream out;
  const auto& m = mutant("neuron", "gives_up");
  CHECK(run_conformance({&m}, only({"step-runs", "spikes-seen"}), false, out) == 4);
  CHECK(out.str() == "neuron 'mutant.gives_up' 1.0.0: " + m.file.string() +
                         "\n"
                         "  success  descriptor-references\n"
                         "  success  descriptor-choices\n"
                         "  success  create-defaults\n"
                         "  success  create-repeated\n"
                         "  success  calls-throw-nothing\n"
                         "  failure  step-runs: step failed: tired\n"
                         "  skipped  init-writes-state: builds on step-runs, which did not succeed\n"
                         "  skipped  step-in-bounds: builds on init-writes-state, which did not succeed\n"
                         "  skipped  spikes-ordered: builds on step-in-bounds, which did not succeed\n"
                         "  skipped  spikes-seen: builds on spikes-ordered, which did not succeed\n"
                         "  does not conform: 5 success, 1 failure, 4 skipped\n");
}

TEST_CASE("conformance: the JSON report says the same, plugin by plugin") {
  std::ostringstream out;
  const auto &good = mutant("neuron", "none"), &bad = mutant("neuron", "gives_up");
  CHECK(run_conformance({&good, &bad}, only({"step-runs"}), true, out) == 4);
  const auto json = nlohmann::json::parse(out.str());
  CHECK(json["conforms"] == false);
  REQUIRE(json["plugins"].size() == 2);
  CHECK(json["plugins"][0]["conforms"] == true);
  CHECK(json["plugins"][1]["kind"] == "neuron");
  CHECK(json["plugins"][1]["name"] == "mutant.gives_up");
  const auto& last = json["plugins"][1]["checks"].back();
  CHECK(last["id"] == "step-runs");
  CHECK(last["outcome"] == "failure");
  CHECK(last["text"] == "step failed: tired");
}

TEST_CASE("conformance: a plugin without faults has exit status 0, and so has one with notes and warnings") {
  std::ostringstream out;
  CHECK(run_conformance({&mutant("neuron", "none")}, only({"step-runs"}), false, out) == 0);
  CHECK(run_conformance({&mutant("neuron", "prints")}, only({"process-quiet"}), false, out) == 0);
}

TEST_CASE("conformance: random parameter tables are named by their seed") {
  ConformOptions options = only({"params-random"});
  options.seed = 5;
  const auto text = result(conform(mutant("neuron", "refuses_some_mixtures"), options), "params-random").text;
  CHECK(text.find("of seed 5") != std::string::npos);
  CHECK(result(conform(mutant("neuron", "none"), options), "params-random").text ==
        "60 tables of seed 5, 0 refused with a reason");
}

TEST_CASE("conformance: what the kit reports is the same every time") {
  const auto texts = [] {
    std::string out;
    for (const auto& r : conform(mutant("neuron", "looks_at_its_neighbour"), only({"step-*"})))
      out += r.id + r.text + "\n";
    return out;
  };
  const auto first = texts();
  CHECK(texts() == first);
}

}  // namespace
