// Every check of the conformance kit rejects a plugin with the mistake it is about, and nothing else does.
#include "mutants.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "host/conformance/conformance.hpp"
#include "support.hpp"

namespace {

using namespace encephagen;
using enum CheckOutcome;
using Seen = std::map<std::string, CheckOutcome>;

struct Expectation {
  const char* kind;
  const char* fault;
  Seen seen;                             // all that is not plain success, but for checks that build on a failed one
  std::vector<std::string> checks = {};  // only these, if any
  double timeout_s = 120;
};

const std::vector<Expectation>& expectations() {
  static const std::vector<Expectation> all{
      {"neuron", "none", {}},
      {"neuron", "lower_precision", {}},
      {"neuron", "works_in_single", {}},
      {"neuron", "init_forgets_a_column_in_single", {{"init-writes-state", failure}}},
      {"neuron", "knows_its_place_in_single", {{"step-block-invariant", failure}}},
      {"neuron", "writes_past_the_end_in_single", {{"step-in-bounds", failure}}},
      {"neuron", "version_of_two_numbers", {{"descriptor-version", failure}}},
      {"neuron", "choice_twice", {{"descriptor-choices", failure}}},
      {"neuron", "name_without_unit", {{"descriptor-unit-suffixes", note}}},
      {"neuron", "empty_bounds", {{"descriptor-references", failure}}},
      {"neuron", "poisson_without_rate", {{"descriptor-references", failure}}},
      {"neuron", "refuses_its_defaults", {{"create-defaults", failure}}},
      {"neuron", "fails_without_words", {{"create-defaults", failure}}},
      {"neuron", "destroys_twice", {{"create-defaults", crashed}}},
      {"neuron", "only_one_instance", {{"create-repeated", failure}}},
      {"neuron", "throws_an_int", {{"calls-throw-nothing", failure}}},
      {"neuron", "exits", {{"calls-throw-nothing", crashed}}},
      {"neuron", "gives_up", {{"step-runs", failure}}},
      {"neuron", "init_forgets_a_column", {{"init-writes-state", failure}}},
      {"neuron", "explodes", {{"step-state-finite", failure}, {"spikes-seen", note}}},
      {"neuron", "explodes_when_driven", {{"step-state-finite", warning}}},
      {"neuron", "breaks_its_bounds", {{"step-state-bounds", failure}}},
      {"neuron", "masks_a_nan", {{"step-floating-point-clean", failure}}},
      {"neuron", "writes_past_the_end", {{"step-in-bounds", failure}}},
      {"neuron", "changes_what_init_set", {{"step-in-bounds", failure}}},
      {"neuron", "reads_what_was_forgotten", {{"step-state-finite", failure}}},
      {"neuron", "writes_its_input", {{"step-in-bounds", failure}}},
      {"neuron", "reads_past_the_end", {{"step-reads-in-bounds", crashed}}},
      {"neuron", "spikes_twice", {{"spikes-ordered", failure}}},
      {"neuron", "spikes_backwards", {{"spikes-ordered", failure}}},
      {"neuron", "never_fires", {{"spikes-seen", note}}},
      {"neuron", "draws_from_the_c_library", {{"step-repeatable", failure}}},
      {"neuron", "knows_its_place_in_the_block", {{"step-block-invariant", failure}, {"step-dt-convergence", warning}}},
      {"neuron", "looks_at_its_neighbour", {{"step-block-invariant", failure}, {"step-unit-independent", failure}}},
      {"neuron", "scratch_shared_by_threads", {{"step-thread-invariant", failure}}},
      {"neuron", "knows_the_time", {{"step-time-invariant", note}, {"step-dt-convergence", warning}}},
      {"neuron", "remembers_init", {{"state-complete", failure}}},
      {"neuron", "counts_substeps_of_a_tenth", {{"step-other-dt", failure}}},
      {"neuron", "forgets_dt", {{"step-dt-convergence", warning}}},
      {"neuron", "allocates", {{"step-allocates-nothing", warning}}},
      {"neuron", "compares_addresses_of_texts", {{"create-explicit-defaults", failure}}},
      {"neuron", "reads_the_wrong_member", {{"create-explicit-defaults", failure}}},
      {"neuron", "keeps_a_pointer", {{"create-keeps-no-pointer", failure}}},
      {"neuron",
       "static_from_first_parameters",
       {{"instances-independent", failure}, {"step-dt-convergence", warning}}},
      {"neuron", "refuses_the_upper_end", {{"params-range-ends", failure}}},
      {"neuron", "divides_by_the_lower_end", {{"params-range-ends", crashed}, {"params-random", crashed}}},
      {"neuron", "aborts_in_a_choice", {{"params-choices", crashed}, {"params-random", crashed}}},
      {"neuron", "loops_for_a_flag", {{"params-choices", crashed}}, {"params-choices"}, 10},
      {"neuron", "refuses_some_mixtures", {{"params-random", failure}}},
      {"neuron", "minds_the_uniform_flag", {{"params-uniform-flag", failure}}},
      {"neuron", "ignores_per_unit_values", {{"params-per-unit", failure}}},
      {"neuron", "rounds_upwards", {{"process-floating-point", failure}}},
      {"neuron", "sets_the_locale", {{"process-locale", warning}}},
      {"neuron", "changes_the_folder", {{"process-directory", warning}}},
      {"neuron", "ignores_signals", {{"process-signals", warning}}},
      {"neuron", "prints", {{"process-quiet", warning}}},

      {"encoder", "none", {}},
      {"encoder", "refuses_sizes_with_words", {}},
      {"encoder", "relies_on_shared_values", {}},
      {"encoder", "relies_on_numbers", {{"params-range-ends", note}}},
      {"encoder", "adds_to_what_it_finds", {}},
      {"encoder", "overwrites_what_it_finds", {{"step-adds-to-sums", failure}}},
      {"encoder", "doubles_what_it_finds", {{"step-adds-to-sums", failure}}},
      {"encoder", "takes_four_for_granted", {{"step-any-size", crashed}}},
      {"encoder", "refuses_sizes_without_words", {{"step-any-size", failure}}},

      {"decoder", "none", {}},
      {"decoder", "always_writes_two_actions", {{"step-any-size", crashed}}},
      {"decoder", "writes_the_first_action", {{"step-writes-actions", failure}}},

      {"controller", "none", {}},
      {"controller", "takes_two_observations_for_granted", {{"step-any-size", crashed}}},
      {"controller", "writes_the_first_action", {{"step-writes-actions", failure}}},

      {"plasticity", "none", {}},
      {"plasticity", "changes_nothing", {}},
      {"plasticity", "has_an_old_table", {}},
      {"plasticity", "modulator_without_name", {{"descriptor-references", failure}}},
      {"plasticity", "updates_every_nan", {{"edge-update-period", failure}}},
      {"plasticity", "gives_up", {{"edge-runs", failure}}},
      {"plasticity", "weights_explode", {{"edge-state-finite", failure}}},
      {"plasticity", "breaks_its_bounds", {{"edge-state-finite", failure}}},
      {"plasticity", "passes_its_highest_weight", {{"edge-weight-bounds", failure}}},
      {"plasticity", "changes_the_next_synapse", {{"edge-in-bounds", failure}}},
      {"plasticity", "writes_past_its_history", {{"edge-in-bounds", failure}}},
      {"plasticity", "sweep_forgets_targets", {{"edge-in-bounds", failure}}},
      {"plasticity", "transmit_tires_weights", {{"edge-transmit-in-bounds", failure}}},
      {"plasticity",
       "transmit_notes_the_time",
       {{"edge-transmit-in-bounds", failure}, {"edge-part-invariant", failure}}},
      {"plasticity", "transmit_writes_past_the_end", {{"edge-transmit-in-bounds", failure}}},
      {"plasticity", "reads_one_synapse_too_many", {{"edge-reads-in-bounds", crashed}}},
      {"plasticity", "counts_all_events", {{"edge-repeatable", failure}}},
      {"plasticity", "at_least_one_synapse", {{"edge-silence", failure}}},
      {"plasticity", "transmits_to_nobody", {{"edge-silence", failure}}},
      {"plasticity", "wrong_synapse_for_lists", {{"edge-index-form", failure}}},
      {"plasticity", "normalises_branches", {{"edge-part-invariant", failure}}},
      {"plasticity", "brings_up_traces_of_branches_whenever_it_can", {{"edge-part-invariant", failure}}},
      {"plasticity", "sweeps_towards_the_mean", {{"edge-sweep-block-invariant", failure}}},
      {"plasticity", "scratch_shared_by_threads", {{"edge-thread-invariant", failure}}},
      {"plasticity", "remembers_init", {{"edge-state-complete", failure}}},

      {"body", "none", {}},
      {"body", "advances_by_fractions", {{"world-advance-fraction", note}}},
      {"body", "channel_without_description", {{"world-spaces", failure}}},
      {"body", "gives_up", {{"world-runs", failure}}},
      {"body", "understates_its_range", {{"world-observations", failure}}},
      {"body", "pays_again", {{"world-observes-again", failure}}},
      {"body", "stirs_when_observed", {{"world-observes-again", failure}}},
      {"body", "counts_its_worlds", {{"world-repeatable", failure}}},
      {"body", "reset_keeps_the_speed", {{"world-reset-forgets", failure}}},
      {"body", "ignores_the_seed", {{"world-seeds", note}}},
      {"body", "force_shared_by_worlds", {{"world-thread-invariant", failure}}},
      {"body", "forgets_its_speed", {{"world-save-load", failure}}},
      {"body", "loads_anything", {{"world-load-wrong-size", failure}}},
      {"body", "refuses_full_force", {{"world-action-ends", failure}}},
      {"body", "believes_any_force", {{"world-action-outside", failure}}},
      {"body", "refuses_forces_without_words", {{"world-action-outside", failure}}},
      {"body", "ends_without_a_reason", {{"world-end-explained", failure}}},
      {"body", "advances_by_anything", {{"world-advance-fraction", failure}}},
      {"body", "cannot_be_disturbed", {{"world-spaces", failure}}},
      {"body", "is_drawn_elsewhere", {{"world-observations", failure}}},
      {"body", "draws_past_the_end", {{"world-runs", failure}}},
      {"body", "draws_unasked", {{"world-poses-optional", crashed}}},
      {"body", "loads_more_than_there_is", {{"world-load-wrong-size", crashed}}},

      {"connectome", "none", {}},
      {"connectome", "needs_a_dataset", {{"create-defaults", skipped}}},
      {"connectome", "cannot_be_built", {{"batch-runs", failure}}},
      {"connectome", "label_table_twice", {{"batch-well-formed", failure}}},
      {"connectome", "metric_without_name", {{"batch-well-formed", failure}}},
      {"connectome", "counts_its_builds", {{"batch-repeatable", failure}}},
      {"connectome", "scratch_shared_by_threads", {{"batch-thread-invariant", failure}}},
      {"connectome", "drops_refusals", {{"batch-passes-refusal-on", failure}}},
      {"connectome", "labels_repeat", {{"connectome-valid", failure}}},
      {"connectome", "a_weight_is_nan", {{"connectome-valid", failure}}},
      {"connectome", "a_length_is_negative", {{"connectome-valid", failure}}},
      {"connectome", "hides_its_randomness", {{"connectome-seeds", failure}}},
      {"connectome", "ignores_graph_seed", {{"connectome-seeds", failure}}},
      {"connectome", "ignores_the_seed", {{"connectome-seeds", failure}}},

      {"null_model", "none", {}},
      {"null_model", "takes_symmetric_graphs_only", {{"batch-runs", note}}},
      {"null_model", "forgets_lengths", {{"null-model-valid", note}}},
      {"null_model", "renames_a_region", {{"null-model-valid", failure}}},
      {"null_model", "ignores_the_seed", {{"null-model-seeds", failure}}},
      {"null_model", "says_nothing", {{"null-model-invariants", note}}},
      {"null_model", "misspells_what_it_keeps", {{"null-model-invariants", failure}}},
      {"null_model", "promises_too_much", {{"null-model-invariants", failure}}},

      {"analyzer", "none", {}},
      {"analyzer", "believes_there_is_a_signal", {{"analyzer-odd-recordings", crashed}}},
      {"analyzer", "divides_by_the_spikes", {{"analyzer-odd-recordings", failure}}},
      {"analyzer", "loses_its_words", {{"analyzer-odd-recordings", failure}}},
      {"analyzer", "metric_is_infinite", {{"analyzer-metrics", failure}, {"analyzer-odd-recordings", failure}}},
      {"analyzer", "unknown_region", {{"analyzer-metrics", failure}}},
      {"analyzer", "unknown_group", {{"analyzer-metrics", note}}},
      {"analyzer", "reads_one_sample_too_many", {{"batch-reads-in-bounds", crashed}}},
      {"analyzer", "changes_the_recording", {{"batch-well-formed", failure}, {"analyzer-odd-recordings", failure}}}};
  return all;
}

std::string in_words(const Seen& seen) {
  std::string out;
  for (const auto& [id, outcome] : seen)
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", id, outcome_name(outcome));
  return out.empty() ? "nothing" : out;
}

// What a run of the kit reports beyond success and beyond checks left out because another one failed.
Seen reported(const std::vector<CheckResult>& results, std::string& texts) {
  Seen out;
  for (const auto& r : results) {
    if (r.outcome == success || (r.outcome == skipped && r.text.starts_with("builds on "))) continue;
    out[r.id] = r.outcome;
    texts += fmt::format("\n  {} {}: {}", r.id, outcome_name(r.outcome), r.text);
  }
  return out;
}

void check_mutants_of(const std::string& kind) {
  for (const auto& e : expectations()) {
    if (e.kind != kind) continue;
    ConformOptions options;
    options.checks = e.checks;
    options.timeout_s = e.timeout_s;
    std::string texts;
    const Seen seen = reported(conform(testing::mutant(e.kind, e.fault), options), texts);
    const std::string difference =
        fmt::format("{} '{}' should give {} and gives {}{}", e.kind, e.fault, in_words(e.seen), in_words(seen), texts);
    CHECK_MESSAGE(seen == e.seen, difference);
  }
}

TEST_CASE("conformance: every neuron with a mistake is rejected by the checks that are about it") {
  check_mutants_of("neuron");
}
TEST_CASE("conformance: every encoder with a mistake is rejected by the checks that are about it") {
  check_mutants_of("encoder");
}
TEST_CASE("conformance: every decoder with a mistake is rejected by the checks that are about it") {
  check_mutants_of("decoder");
}
TEST_CASE("conformance: every controller with a mistake is rejected by the checks that are about it") {
  check_mutants_of("controller");
}
TEST_CASE("conformance: every plasticity rule with a mistake is rejected by the checks that are about it") {
  check_mutants_of("plasticity");
}
TEST_CASE("conformance: every world with a mistake is rejected by the checks that are about it") {
  check_mutants_of("body");
}
TEST_CASE("conformance: every connectome with a mistake is rejected by the checks that are about it") {
  check_mutants_of("connectome");
}
TEST_CASE("conformance: every null model with a mistake is rejected by the checks that are about it") {
  check_mutants_of("null_model");
}
TEST_CASE("conformance: every analyzer with a mistake is rejected by the checks that are about it") {
  check_mutants_of("analyzer");
}

TEST_CASE("conformance: a descriptor that breaks the kernel's rules is rejected before anything of it is used") {
  const auto& good = testing::mutant("neuron", "none");
  eg_plugin plugin = *good.plugin;
  plugin.summary = "";
  const auto results = conform({&plugin, good.library, good.file});
  REQUIRE(results.size() == 1);
  CHECK(results[0].id == "descriptor-valid");
  CHECK(results[0].outcome == failure);
  CHECK(results[0].text == "neuron 'mutant.none' has no summary");
}

TEST_CASE("conformance: there is no check without a mutant that it rejects") {
  std::set<std::string> rejected{"descriptor-valid"};  // by the case above
  for (const auto& e : expectations())
    for (const auto& [id, outcome] : e.seen)
      if (outcome != skipped) rejected.insert(id);
  for (const auto& check : conformance_checks()) CHECK_MESSAGE(rejected.contains(check.id), check.id, " has no mutant");
}

TEST_CASE("conformance: there is no mutant without an expectation") {
  for (const char* kind :
       {"neuron", "encoder", "decoder", "controller", "plasticity", "body", "connectome", "null_model", "analyzer"})
    for (const auto* m : testing::mutants_of(kind)) {
      const std::string name = m->plugin->name;
      const bool is_expected = std::ranges::any_of(expectations(), [&](const Expectation& e) {
        return std::string(e.kind) == kind && name == std::string("mutant.") + e.fault;
      });
      CHECK_MESSAGE(is_expected, std::string(kind), " '", name, "' has no expectation");
    }
}

TEST_CASE("conformance: the reference describes every check and no other") {
  std::ifstream in(testing::source_dir() / "core/host/conformance/README.md");
  REQUIRE(in);
  std::set<std::string> described;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("### `")) described.insert(line.substr(5, line.find('`', 5) - 5));
  std::set<std::string> known;
  for (const auto& check : conformance_checks()) known.insert(check.id);
  CHECK(described == known);
}

}  // namespace
