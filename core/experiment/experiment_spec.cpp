// The experiment language: what may stand in an experiment file.
#include "experiment/experiment_spec.hpp"

namespace encephagen {
namespace {

using T = FieldType;

const TableSpec arm{
    "[[arm]]",
    "One of the conditions compared.",
    {{.name = "name", .type = T::text, .doc = "name of the arm", .required = true},
     {.name = "text", .type = T::text, .doc = "one line for people", .preset = ""},
     {.name = "base", .type = T::text, .doc = "scenario file of this arm; default: the experiment's", .preset = ""},
     {.name = "replicates",
      .type = T::integer,
      .doc = "runs per sweep point, each with seeds of its own",
      .preset = int64_t{1},
      .low = 1,
      .high = 1e9},
     {.name = "null_model", .type = T::table_list, .doc = "null models applied to the connectome, in order"},
     {.name = "set", .type = T::any_map, .doc = "scenario keys that differ in this arm: \"run.duration_ms\" = 5000.0"},
     {.name = "sweep", .type = T::any_map, .doc = "replaces the experiment's sweep for this arm; empty: no sweep"},
     {.name = "shared_streams",
      .type = T::text_list,
      .doc = "random streams (graph, wiring, noise, initial) that all replicates and arms share instead of having "
             "their own"},
     {.name = "as_published",
      .type = T::flag,
      .doc = "repeats a published design that would be refused otherwise; verdicts say what is wrong with it",
      .preset = false},
     {.name = "keep",
      .type = T::choice,
      .doc = "what is written of each run: everything, or its metrics without recordings and connectome",
      .preset = "everything",
      .choices = {"everything", "metrics"}}}};

const TableSpec test{
    "test",
    "Exactly one kind of test, and its direction.",
    {{.name = "permutation",
      .type = T::integer,
      .doc = "permutation test of the difference of means with so many permutations (exact when there are fewer)",
      .low = 1,
      .high = 1e9},
     {.name = "mann_whitney", .type = T::flag, .doc = "Mann-Whitney U test"},
     {.name = "kruskal_wallis", .type = T::flag, .doc = "Kruskal-Wallis test over groups of regions"},
     {.name = "rank", .type = T::flag, .doc = "rank of the first arm's mean among the runs of the second"},
     {.name = "sign_flip",
      .type = T::integer,
      .doc = "sign-flip test of the runs of one arm against a number, with so many flips (exact when there are fewer)",
      .low = 1,
      .high = 1e9},
     {.name = "above", .type = T::number, .doc = "the mean of one arm lies above this number"},
     {.name = "below", .type = T::number, .doc = "the mean of one arm lies below this number"},
     {.name = "tail",
      .type = T::choice,
      .doc = "direction predicted for the first side",
      .preset = "two_sided",
      .choices = {"greater", "less", "two_sided"}},
     {.name = "against", .type = T::number, .doc = "sign_flip: the number", .preset = 0.0}}};

const TableSpec published{"published",
                          "What somebody else found, shown beside the verdict.",
                          {{.name = "value", .type = T::number, .doc = "the figure"},
                           {.name = "p", .type = T::number, .doc = "its p value", .low = 0, .high = 1},
                           {.name = "verdict", .type = T::text, .doc = "what was concluded", .preset = ""},
                           {.name = "source", .type = T::text, .doc = "where", .preset = ""}}};

const TableSpec claim{
    "[[claim]]",
    "A statement that the results support or refute.",
    {{.name = "id", .type = T::text, .doc = "short name", .required = true},
     {.name = "text", .type = T::text, .doc = "the statement in one sentence", .required = true},
     {.name = "metric",
      .type = T::text,
      .doc = "expression over metrics: \"timescale_ms[prefrontal] - timescale_ms[sensory]\"",
      .required = true},
     {.name = "compare", .type = T::text_list, .doc = "two arms; the unit of replication is the run"},
     {.name = "arm", .type = T::text, .doc = "one arm, for tests within it", .preset = ""},
     {.name = "regions", .type = T::text_list, .doc = "sets of regions compared within an arm: groups, or rest"},
     {.name = "where", .type = T::any_map, .doc = "sweep point: key = value"},
     {.name = "test", .type = T::table, .doc = test.doc, .required = true, .table = &test},
     {.name = "alpha", .type = T::number, .doc = "level of significance", .preset = 0.05, .low = 1e-9, .high = 0.5},
     {.name = "correction",
      .type = T::choice,
      .doc = "for several claims of a family",
      .preset = "none",
      .choices = {"none", "bh", "by"}},
     {.name = "family",
      .type = T::text,
      .doc = "claims corrected together; default: all that ask for the same correction",
      .preset = ""},
     {.name = "published", .type = T::table, .doc = published.doc, .table = &published}}};

const TableSpec experiment{
    "an experiment",
    "Scenarios under comparison, and what is claimed about them.",
    {{.name = "format", .type = T::integer, .doc = "version of the language", .required = true, .low = 1, .high = 1},
     {.name = "title", .type = T::text, .doc = "one line for people", .preset = ""},
     {.name = "question", .type = T::text, .doc = "the question the experiment answers", .preset = ""},
     {.name = "seed",
      .type = T::integer,
      .doc = "seed of all arms and replicates",
      .preset = int64_t{1},
      .low = 0,
      .high = 9e18},
     {.name = "base", .type = T::text, .doc = "scenario file, relative to this one", .required = true},
     {.name = "include",
      .type = T::text_or_list,
      .doc = "files whose tables are merged below this one, relative to it"},
     {.name = "arm", .type = T::table_list, .doc = arm.doc, .required = true, .table = &arm},
     {.name = "sweep", .type = T::any_map, .doc = "scenario key = list of values; all combinations are run"},
     {.name = "claim", .type = T::table_list, .doc = claim.doc, .table = &claim}}};

const TableSpec figure{
    "[[figure]]",
    "A number the experiment should give.",
    {{.name = "id", .type = T::text, .doc = "short name", .required = true},
     {.name = "arm", .type = T::text, .doc = "arm whose runs are averaged", .required = true},
     {.name = "where", .type = T::any_map, .doc = "sweep point: key = value"},
     {.name = "metric", .type = T::text, .doc = "expression over metrics", .required = true},
     {.name = "value", .type = T::number, .doc = "expected mean over the runs", .required = true},
     {.name = "tolerance", .type = T::number, .doc = "largest deviation, absolute", .required = true, .low = 0},
     {.name = "reason", .type = T::text, .doc = "why the tolerance is what it is", .required = true},
     {.name = "published", .type = T::number, .doc = "the published figure, if there is one"},
     {.name = "source", .type = T::text, .doc = "where it was published", .preset = ""}}};

const TableSpec expected{
    "expected.toml",
    "Figures an experiment is held against.",
    {{.name = "format", .type = T::integer, .doc = "version of the language", .required = true, .low = 1, .high = 1},
     {.name = "figure", .type = T::table_list, .doc = figure.doc, .table = &figure}}};

}  // namespace

const TableSpec& experiment_spec() { return experiment; }
const TableSpec& expected_spec() { return expected; }

}  // namespace encephagen
