// The scenario language: what is kept of a run.
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen::spec {

using T = FieldType;

const TableSpec& record() {
  static const TableSpec table{
      "[[record]]",
      "What is kept of the run. Without any, every output is recorded each millisecond and every spike. Of the "
      "populations it names, a recording leaves out those that cannot give what it asks for, unless none can.",
      {{.name = "name",
        .type = T::text,
        .doc = "name in results.h5; default: population and what is recorded",
        .preset = ""},
       {.name = "from",
        .type = T::text,
        .doc = "REGION.POPULATION, where REGION is a label, a group or a pattern",
        .preset = "*.*"},
       {.name = "state",
        .type = T::text,
        .doc = "state column of the neuron or decoder plugin; default: its first output",
        .preset = ""},
       {.name = "spikes", .type = T::flag, .doc = "record spikes instead of a state", .preset = false},
       {.name = "rates",
        .type = T::flag,
        .doc = "record spikes per second and unit of each region, counted over every_ms, instead of a state",
        .preset = false},
       {.name = "weights",
        .type = T::text,
        .doc = "name of a projection: record weights of it instead of a state, their mean unless `synapses` are given; "
               "called NAME.weight by default",
        .preset = ""},
       {.name = "synapses",
        .type = T::table_list,
        .doc = "with weights: these synapses, [{ source = 0, nth = 0 }]",
        .table = &synapse()},
       {.name = "body",
        .type = T::text,
        .doc = "a [body.NAME]: keep every action of it and what it led to, instead of a state",
        .preset = ""},
       {.name = "poses", .type = T::flag, .doc = "with body: where its parts are, too, for a replay", .preset = false},
       {.name = "phases",
        .type = T::text_or_list,
        .doc = "patterns of names of phases it covers, read in turn: ! before one takes out; default: all"},
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
  return table;
}

const TableSpec& analyzer() {
  static const TableSpec table{
      "[[analyzer]]",
      "Computes metrics and arrays from a recording.",
      {plugin_field("analyzer"),
       params_field("analyzer"),
       {.name = "name",
        .type = T::text,
        .doc = "name of its arrays in results.h5; default: the plugin's",
        .preset = ""},
       {.name = "input", .type = T::text, .doc = "name of a recording; default: the first", .preset = ""},
       {.name = "body", .type = T::text, .doc = "a [body.NAME] to look at instead of a recording", .preset = ""},
       {.name = "phase", .type = T::text, .doc = "name of the phase it looks at; default: the whole run", .preset = ""},
       {.name = "prefix",
        .type = T::text,
        .doc = "put before the names of its metrics, to tell two instances apart, for example of two phases",
        .preset = ""}}};
  return table;
}

}  // namespace encephagen::spec
