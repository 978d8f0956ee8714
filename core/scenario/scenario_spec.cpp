// The scenario language: what may stand in a scenario file.
#include "scenario/scenario_spec.hpp"

#include "scenario/calibrate.hpp"

namespace encephagen {
namespace {

using T = FieldType;

Field plugin_field(const std::string& kind) {
  return {.name = "plugin", .type = T::text, .doc = "which " + kind + " plugin", .required = true};
}
Field params_field(const std::string& kind) {
  return {
      .name = "params", .type = T::params, .doc = "parameters, as the " + kind + " plugin declares them", .kind = kind};
}
Field list_field(const std::string& name, const std::string& doc, const TableSpec* table) {
  return {.name = name, .type = T::table_list, .doc = doc, .table = table};
}
Field table_field(const std::string& name, const std::string& doc, const TableSpec* table) {
  return {.name = name, .type = T::table, .doc = doc, .table = table};
}

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
      .doc = "simulated time, the transient included",
      .required = true,
      .low = 1e-4,
      .high = 1e12},
     {.name = "transient_ms",
      .type = T::number,
      .doc = "time at the start that is not recorded",
      .preset = 0.0,
      .low = 0,
      .high = 1e12},
     table_field("seeds", seeds.doc, &seeds)}};

const TableSpec null_model{"null model",
                           "A surrogate made from the connectome; several are applied in order.",
                           {plugin_field("null_model"), params_field("null_model")}};

const TableSpec fallback{"[connectome.fallback]",
                         "A synthetic connectome to use, with a loud warning, where the dataset is not found.",
                         {plugin_field("connectome"), params_field("connectome")}};

const TableSpec connectome{
    "[connectome]",
    "The regions and the weighted graph between them.",
    {plugin_field("connectome"), params_field("connectome"), table_field("fallback", fallback.doc, &fallback)}};

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
     list_field("define", group_definition.doc, &group_definition)}};

const TableSpec population{
    "population",
    "One population that stands in every region.",
    {plugin_field("neuron"),
     params_field("neuron"),
     {.name = "n", .type = T::integer, .doc = "units per region", .preset = int64_t{1}, .low = 1, .high = 1e9}}};

const TableSpec rule{
    "connection rule",
    "Exactly one of these.",
    {{.name = "bernoulli", .type = T::number, .doc = "probability of each ordered pair", .low = 0, .high = 1},
     {.name = "fixed_indegree",
      .type = T::integer,
      .doc = "synapses that every target receives",
      .low = 0,
      .high = 1e9},
     {.name = "fixed_total",
      .type = T::integer,
      .doc = "synapses in the whole projection of a region",
      .low = 0,
      .high = 1e12},
     {.name = "all_to_all", .type = T::flag, .doc = "every ordered pair"},
     {.name = "one_to_one", .type = T::flag, .doc = "unit k to unit k"},
     {.name = "bernoulli_per_weight",
      .type = T::number,
      .doc = "between regions: probability per unit of connectome weight times global_coupling",
      .low = 0,
      .high = 1e6},
     {.name = "rate_per_weight",
      .type = T::number,
      .doc = "between regions, continuous: the target receives global_coupling x this x sum of weight x mean output of "
             "the source region",
      .low = -1e9,
      .high = 1e9}}};

const TableSpec plasticity{"plasticity",
                           "A rule that changes the weights of this projection.",
                           {plugin_field("plasticity"), params_field("plasticity")}};

const Field weight_field{.name = "weight",
                         .type = T::number,
                         .doc =
                             "weight of a synapse, in the unit of the port it feeds (the unit is the suffix: "
                             "weight_mv); negative for inhibition",
                         .takes_unit = true};
const Field port_field{
    .name = "port", .type = T::text, .doc = "input port of the target; default: the first that fits", .preset = ""};

const TableSpec projection{
    "[[region.projection]]",
    "Synapses within every region.",
    {{.name = "from", .type = T::text, .doc = "source population", .required = true},
     {.name = "to", .type = T::text_or_list, .doc = "target populations", .required = true},
     {.name = "rule", .type = T::table, .doc = "who is connected", .required = true, .table = &rule},
     weight_field,
     {.name = "delay_ms",
      .type = T::number,
      .doc = "time from spike to arrival; at least one step",
      .preset = 0.1,
      .low = 0,
      .high = 1e6},
     {.name = "autapses", .type = T::flag, .doc = "whether a unit may project to itself", .preset = false},
     port_field,
     list_field("plasticity", plasticity.doc, &plasticity)}};

const TableSpec region{
    "[region]",
    "What stands in every region.",
    {{.name = "population", .type = T::table_map, .doc = "populations by name", .required = true, .table = &population},
     list_field("projection", projection.doc, &projection)}};

const TableSpec delay{"delay",
                      "Conduction delay between regions; rounded to the nearest step.",
                      {{.name = "velocity_m_per_s",
                        .type = T::number,
                        .doc = "delay is tract length divided by this",
                        .low = 1e-3,
                        .high = 1e6},
                       {.name = "fixed_ms", .type = T::number, .doc = "one delay for all", .low = 0, .high = 1e6},
                       {.name = "length_scale",
                        .type = T::number,
                        .doc = "factor on tract lengths",
                        .preset = 1.0,
                        .low = 0,
                        .high = 1e3},
                       {.name = "minimum_ms",
                        .type = T::number,
                        .doc = "delays are at least this long",
                        .preset = 0.0,
                        .low = 0,
                        .high = 1e6}}};

const TableSpec long_range{
    "[[long_range]]",
    "Coupling between regions, scaled by the connectome.",
    {{.name = "from", .type = T::text, .doc = "source population", .required = true},
     {.name = "to", .type = T::text_or_list, .doc = "target populations", .required = true},
     {.name = "rule", .type = T::table, .doc = "what a connectome weight means", .required = true, .table = &rule},
     {.name = "global_coupling",
      .type = T::number,
      .doc = "G: factor on every connectome weight",
      .preset = 1.0,
      .low = 0,
      .high = 1e9},
     weight_field,
     {.name = "delay", .type = T::table, .doc = delay.doc, .table = &delay},
     port_field}};

const TableSpec encoder{"[[encoder]]",
                        "Turns observations or random events into input of units.",
                        {plugin_field("encoder"),
                         params_field("encoder"),
                         {.name = "to",
                          .type = T::text,
                          .doc = "REGION.POPULATION, where REGION is a label, a group or a pattern",
                          .required = true},
                         port_field}};

const TableSpec stimulus{
    "[[stimulus]]",
    "A constant added to a port of chosen units for a while.",
    {{.name = "to",
      .type = T::text,
      .doc = "REGION.POPULATION, where REGION is a label, a group or a pattern",
      .required = true},
     port_field,
     {.name = "onset_ms",
      .type = T::number,
      .doc = "from the start of the run, the transient included",
      .required = true,
      .low = 0,
      .high = 1e12},
     {.name = "duration_ms", .type = T::number, .doc = "how long", .required = true, .low = 0, .high = 1e12},
     {.name = "amplitude",
      .type = T::number,
      .doc = "added at every step, in the unit of the port",
      .required = true,
      .takes_unit = true}}};

const TableSpec record{
    "[[record]]",
    "What is kept of the run. Without any, every output is recorded each millisecond and every spike.",
    {{.name = "name", .type = T::text, .doc = "name in results.h5; default: population and state", .preset = ""},
     {.name = "from",
      .type = T::text,
      .doc = "REGION.POPULATION, where REGION is a label, a group or a pattern",
      .preset = "*.*"},
     {.name = "state",
      .type = T::text,
      .doc = "state column of the neuron plugin; default: its first output",
      .preset = ""},
     {.name = "spikes", .type = T::flag, .doc = "record spikes instead of a state", .preset = false},
     {.name = "every_ms",
      .type = T::number,
      .doc = "sampling interval, a multiple of dt_ms",
      .preset = 1.0,
      .low = 1e-4,
      .high = 1e9},
     {.name = "store",
      .type = T::flag,
      .doc = "write it to results.h5; otherwise only analyzers see it",
      .preset = true}}};

const TableSpec analyzer{
    "[[analyzer]]",
    "Computes metrics and arrays from a recording.",
    {plugin_field("analyzer"),
     params_field("analyzer"),
     {.name = "name", .type = T::text, .doc = "name of its arrays in results.h5; default: the plugin's", .preset = ""},
     {.name = "input", .type = T::text, .doc = "name of a recording; default: the first", .preset = ""},
     {.name = "prefix",
      .type = T::text,
      .doc = "put before the names of its metrics, to tell two instances apart",
      .preset = ""}}};

const TableSpec scenario{
    "a scenario",
    "One network, its inputs, recordings and analyzers.",
    {{.name = "format", .type = T::integer, .doc = "version of the language", .required = true, .low = 1, .high = 1},
     {.name = "title", .type = T::text, .doc = "one line for people", .preset = ""},
     {.name = "include",
      .type = T::text_or_list,
      .doc = "files whose tables are merged below this one, relative to it"},
     {.name = "plugin_paths", .type = T::text_list, .doc = "folders searched for plugins, relative to this file"},
     {.name = "run", .type = T::table, .doc = run.doc, .required = true, .table = &run},
     table_field("connectome", connectome.doc, &connectome),
     list_field("null_model", null_model.doc, &null_model),
     table_field("groups", groups.doc, &groups),
     {.name = "region", .type = T::table, .doc = region.doc, .required = true, .table = &region},
     list_field("long_range", long_range.doc, &long_range),
     list_field("encoder", encoder.doc, &encoder),
     list_field("stimulus", stimulus.doc, &stimulus),
     list_field("record", record.doc, &record),
     list_field("analyzer", analyzer.doc, &analyzer),
     table_field("calibrate", calibrate_spec().doc, &calibrate_spec())}};

}  // namespace

const TableSpec& scenario_spec() { return scenario; }

}  // namespace encephagen
