// The scenario language: what may stand in a scenario file.
#include "scenario/scenario_spec.hpp"

#include "scenario/calibrate.hpp"
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen {

using T = FieldType;

namespace {

using spec::list_field;
using spec::params_field;
using spec::plugin_field;
using spec::table_field;

const TableSpec seeds{
    "[run.seeds]",
    "Seeds of the four independent random streams; each is derived from the run's seed unless given.",
    {{.name = "graph", .type = T::integer, .doc = "synthetic connectomes and null models", .low = 0, .high = 9e18},
     {.name = "wiring",
      .type = T::integer,
      .doc = "which units are connected, and per-unit parameters",
      .low = 0,
      .high = 9e18},
     {.name = "noise", .type = T::integer, .doc = "noise and random input during the run", .low = 0, .high = 9e18},
     {.name = "initial", .type = T::integer, .doc = "initial state", .low = 0, .high = 9e18}}};

const TableSpec run{
    "[run]",
    "How long, how fine, and with which seed.",
    {{.name = "seed",
      .type = T::integer,
      .doc = "seed of everything random in this run",
      .preset = int64_t{1},
      .low = 0,
      .high = 9e18},
     {.name = "dt_ms", .type = T::number, .doc = "length of a step", .preset = 0.1, .low = 1e-4, .high = 100},
     {.name = "duration_ms",
      .type = T::number,
      .doc = "simulated time, the transient included; with phases, their sum, and may be left out",
      .low = 1e-4,
      .high = 1e12},
     {.name = "transient_ms",
      .type = T::number,
      .doc = "time at the start that is not recorded",
      .preset = 0.0,
      .low = 0,
      .high = 1e12},
     {.name = "precision",
      .type = T::choice,
      .doc = "of the arithmetic within units; single is faster, and used where the plugin offers it",
      .preset = "double",
      .choices = {"double", "single"}},
     {.name = "runaway_hz",
      .type = T::number,
      .doc = "a population that fires above this mean rate for 50 ms ends the run with an error; 0: never",
      .preset = 500.0,
      .low = 0,
      .high = 1e9},
     {.name = "checkpoint_every_ms",
      .type = T::number,
      .doc = "simulated time between checkpoints, from which --resume goes on; 0: only when the run is stopped",
      .preset = 0.0,
      .low = 0,
      .high = 1e12},
     table_field("seeds", seeds)}};

const TableSpec weights{"[weights]",
                        "What becomes of the weights at the end of the run.",
                        {{.name = "save",
                          .type = T::flag,
                          .doc = "write those of all projections to weights.h5, which a rule { file = \"weights.h5\" } "
                                 "reads; always done where weights change",
                          .preset = false}}};

const TableSpec null_model{"null model",
                           "A surrogate made from the connectome; several are applied in order.",
                           {plugin_field("null_model"), params_field("null_model")}};

const TableSpec fallback{"[connectome.fallback]",
                         "A synthetic connectome to use, with a loud warning, where the dataset is not found.",
                         {plugin_field("connectome"), params_field("connectome")}};

const TableSpec connectome{"[connectome]",
                           "The regions and the weighted graph between them.",
                           {plugin_field("connectome"), params_field("connectome"), table_field("fallback", fallback)}};

const TableSpec group_definition{
    "[[groups.define]]",
    "A named group of regions. A region belongs to the first group that one of whose patterns matches its label.",
    {{.name = "name", .type = T::text, .doc = "name of the group", .required = true},
     {.name = "labels",
      .type = T::text_or_list,
      .doc = "patterns of region labels; * stands for any characters",
      .required = true}}};

const TableSpec groups{
    "[groups]",
    "Which regions belong together. Without definitions the connectome's own attribute is used.",
    {{.name = "attribute",
      .type = T::text,
      .doc = "attribute of the connectome that names each region's group",
      .preset = "group"},
     {.name = "match",
      .type = T::choice,
      .doc = "how labels are compared with patterns",
      .preset = "glob",
      .choices = {"glob", "substring"}},
     {.name = "case_sensitive", .type = T::flag, .doc = "whether capital letters matter", .preset = false},
     {.name = "other", .type = T::text, .doc = "group of regions that match no definition", .preset = "other"},
     list_field("define", group_definition)}};

}  // namespace

const TableSpec& scenario_spec() {
  static const TableSpec scenario{
      "a scenario",
      "One network, its inputs, recordings and analyzers.",
      {{.name = "format", .type = T::integer, .doc = "version of the language", .required = true, .low = 1, .high = 1},
       {.name = "title", .type = T::text, .doc = "one line for people", .preset = ""},
       {.name = "include",
        .type = T::text_or_list,
        .doc = "files whose tables are merged below this one, relative to it"},
       {.name = "plugin_paths", .type = T::text_list, .doc = "folders searched for plugins, relative to this file"},
       {.name = "run", .type = T::table, .doc = run.doc, .required = true, .table = &run},
       table_field("connectome", connectome),
       list_field("null_model", null_model),
       table_field("groups", groups),
       {.name = "region",
        .type = T::table,
        .doc = spec::region().doc,
        .required = true,
        .unless = "body",
        .table = &spec::region()},
       {.name = "template",
        .type = T::table_map,
        .doc = spec::region_template().doc,
        .table = &spec::region_template()},
       list_field("long_range", spec::long_range()),
       {.name = "modulator", .type = T::table_map, .doc = spec::modulator().doc, .table = &spec::modulator()},
       list_field("phase", spec::phase()),
       list_field("encoder", spec::encoder()),
       list_field("stimulus", spec::stimulus()),
       list_field("spike_train", spec::spike_train()),
       {.name = "body", .type = T::table_map, .doc = spec::body().doc, .table = &spec::body()},
       list_field("perturbation", spec::perturbation()),
       list_field("record", spec::record()),
       list_field("analyzer", spec::analyzer()),
       table_field("weights", weights),
       table_field("calibrate", calibrate_spec())}};
  return scenario;
}

}  // namespace encephagen
