// The experiment language: what may stand in an experiment file.
#include "experiment/experiment_spec.hpp"

#include "experiment/collapse.hpp"
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen {
namespace {

using T = FieldType;

const TableSpec optimized_parameter{
    "[[arm.optimize.parameter]]",
    "A scenario key whose value is looked for.",
    {{.name = "key",
      .type = T::text,
      .doc = "scenario key, as in `set`; it holds a number or a list of numbers",
      .required = true},
     {.name = "size",
      .type = T::integer,
      .doc = "a list of so many numbers; default: as many as the scenario has there, or one number",
      .low = 1,
      .high = 1e5},
     {.name = "initial",
      .type = T::number,
      .doc = "where the search begins, for each number; default: what the scenario has there, or `set`"},
     {.name = "sigma",
      .type = T::number,
      .doc = "standard deviation of the first candidates: about a third of the way to where the best may be",
      .required = true},
     {.name = "low", .type = T::number, .doc = "smallest value; candidates are reflected at it"},
     {.name = "high", .type = T::number, .doc = "largest value; candidates are reflected at it"}}};

const TableSpec optimize{
    "[arm.optimize]",
    "Before its replicates are run, CMA-ES looks for the values of scenario keys that are best on runs with seeds of "
    "their own.",
    {{.name = "metric",
      .type = T::text,
      .doc = "what is made large or small: an expression over metrics, as in claims",
      .required = true},
     {.name = "goal", .type = T::choice, .doc = "which way", .preset = "maximize", .choices = {"maximize", "minimize"}},
     {.name = "generations",
      .type = T::integer,
      .doc = "how many, unless it stops earlier; more of them continue a search that ended",
      .required = true,
      .low = 1,
      .high = 1e6},
     {.name = "population",
      .type = T::integer,
      .doc = "candidates in a generation; default: 4 + floor(3 ln n) for n numbers",
      .low = 4,
      .high = 1e5},
     {.name = "replicates",
      .type = T::integer,
      .doc = "runs of each candidate, averaged; the candidates of a generation share their seeds, each generation has "
             "new ones",
      .preset = int64_t{1},
      .low = 1,
      .high = 1e5},
     {.name = "use",
      .type = T::choice,
      .doc = "values that the arm's replicates get: the mean of the distribution in the end, or the candidate with the "
             "best value in any generation, the luckiest where runs are noisy",
      .preset = "mean",
      .choices = {"mean", "best"}},
     {.name = "stop_at",
      .type = T::number,
      .doc = "stops after the generation whose best candidate reaches this value"},
     {.name = "parameter",
      .type = T::table_list,
      .doc = optimized_parameter.doc,
      .required = true,
      .table = &optimized_parameter}}};

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
     {.name = "repeats",
      .type = T::integer,
      .doc = "runs per replicate on the same graph and wiring, with other noise and start; tests average them",
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
     {.name = "paired_streams",
      .type = T::text_list,
      .doc = "random streams that a replicate shares with the replicate of the same number in every other arm that "
             "lists them (common random numbers)"},
     {.name = "optimize", .type = T::table, .doc = optimize.doc, .table = &optimize},
     {.name = "as_published",
      .type = T::flag,
      .doc = "repeats a published design that would be refused otherwise; verdicts say what is wrong with it",
      .preset = false},
     {.name = "keep",
      .type = T::choice,
      .doc = "what is written of each run: everything; its metrics without recordings and connectome; or only those of "
             "groups and the whole, not of single regions",
      .preset = "everything",
      .choices = {"everything", "metrics", "group_metrics"}}}};

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
     {.name = "equivalence",
      .type = T::number,
      .doc = "two one-sided tests: the difference is smaller than this margin",
      .low = 0},
     {.name = "margin_unit",
      .type = T::choice,
      .doc = "what the margin of equivalence is given in: the metric's unit, or Cohen's d",
      .preset = "raw",
      .choices = {"raw", "cohen_d"}},
     {.name = "attribution",
      .type = T::number,
      .doc = "the factors account for more than this share of the variance between the cells of the arm's sweep, a "
             "complete factorial design; the metrics of for_each are a factor of it, too",
      .low = 0,
      .high = 1},
     {.name = "factor",
      .type = T::text_or_list,
      .doc = "attribution: a swept key, or metric; several are taken together"},
     {.name = "level",
      .type = T::text_or_list,
      .doc = "D, S, C, W, uninformative or unresolved: `at_least` metrics of the decomposition are at these levels"},
     {.name = "agreement",
      .type = T::number,
      .doc = "at least this share of the metrics is at the same level in all decompositions",
      .low = 0,
      .high = 1},
     {.name = "tail",
      .type = T::choice,
      .doc = "direction predicted for the first side",
      .preset = "two_sided",
      .choices = {"greater", "less", "two_sided"}},
     {.name = "against", .type = T::number, .doc = "sign_flip, equivalence of one arm: the number", .preset = 0.0}}};

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
      .preset = ""},
     {.name = "for_each",
      .type = T::text_list,
      .doc = "a screen: the test is made for each of these metrics; NAME[*] is every group that NAME has"},
     {.name = "at_least",
      .type = T::integer,
      .doc = "screen: so many metrics must be significant; level: so many must be at the level",
      .preset = int64_t{1},
      .low = 0,
      .high = 1e9},
     {.name = "decomposition",
      .type = T::text_or_list,
      .doc = "decomposition whose levels the claim is about; several for agreement"},
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

const TableSpec rung{"ladder",
                     "A null model of a decomposition.",
                     {{.name = "arm", .type = T::text, .doc = "arm of the null graphs", .required = true},
                      {.name = "keeps",
                       .type = T::choice,
                       .doc = "what they keep of the real graph: nothing (but edges and weights), degrees, strengths "
                              "(and degrees), or more "
                              "than that",
                       .required = true,
                       .choices = {"nothing", "degrees", "strengths", "more"}}}};

const TableSpec valid_where{
    "valid_where",
    "Where the metrics mean something.",
    {{.name = "metric", .type = T::text, .doc = "expression, averaged over the real graph's runs", .required = true},
     {.name = "above", .type = T::number, .doc = "it must lie above this number", .preset = 0.0}}};

const TableSpec decomposition{
    "[[decomposition]]",
    "Which property of a graph is enough to explain each metric, from a ladder of null models.",
    {{.name = "id", .type = T::text, .doc = "short name", .required = true},
     {.name = "text", .type = T::text, .doc = "one line for people", .preset = ""},
     {.name = "real", .type = T::text, .doc = "arm of the real graph", .required = true},
     {.name = "ladder", .type = T::table_list, .doc = rung.doc, .required = true, .table = &rung},
     {.name = "metrics",
      .type = T::text_list,
      .doc = "expressions over metrics; NAME[*] is every group that NAME has",
      .required = true},
     {.name = "where", .type = T::any_map, .doc = "sweep point: key = value"},
     {.name = "alpha", .type = T::number, .doc = "level of significance", .preset = 0.05, .low = 1e-9, .high = 0.5},
     {.name = "correction",
      .type = T::choice,
      .doc = "over the metrics, rung by rung",
      .preset = "bh",
      .choices = {"none", "bh", "by"}},
     {.name = "valid_where", .type = T::table, .doc = valid_where.doc, .table = &valid_where}}};

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
     {.name = "quick",
      .type = T::any_map,
      .doc = "keys that `--quick` sets: \"arm.NAME.replicates\" = 19, or scenario keys for every arm"},
     {.name = "arm", .type = T::table_list, .doc = arm.doc, .required = true, .table = &arm},
     {.name = "sweep",
      .type = T::any_map,
      .doc = "scenario key = list of values, range { from, to, n | step, scale } or distribution { uniform | "
             "log_uniform = [low, high], n }; lists and ranges are combined, distributions drawn together"},
     {.name = "phase",
      .type = T::table_list,
      .doc = "phases of every run, instead of those of the scenario and of its run.duration_ms; arms change keys with "
             "\"phase.NAME.key\"",
      .table = &spec::phase()},
     {.name = "collapse", .type = T::table_list, .doc = collapse_spec().doc, .table = &collapse_spec()},
     {.name = "decomposition", .type = T::table_list, .doc = decomposition.doc, .table = &decomposition},
     {.name = "claim", .type = T::table_list, .doc = claim.doc, .table = &claim}}};

const TableSpec figure{
    "[[figure]]",
    "A number the experiment should give.",
    {{.name = "id", .type = T::text, .doc = "short name", .required = true},
     {.name = "arm", .type = T::text, .doc = "arm whose runs are averaged", .preset = ""},
     {.name = "where", .type = T::any_map, .doc = "sweep point: key = value"},
     {.name = "metric", .type = T::text, .doc = "expression over metrics", .preset = ""},
     {.name = "claim",
      .type = T::text,
      .doc = "instead of arm and metric: the first effect of this claim",
      .preset = ""},
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
