// The scenario language: what reaches units from outside the network.
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen::spec {
namespace {

using T = FieldType;

// A table of inputs begins with a name and ends with the choice of units.
TableSpec with_units(TableSpec table) {
  table.fields.insert(table.fields.begin(), {.name = "name",
                                             .type = T::text,
                                             .doc = "name by which phases choose it; several inputs may share one",
                                             .preset = ""});
  const Field fields[] = {{.name = "units",
                           .type = T::integer_list,
                           .doc = "numbers of the units of every region, from 0; default: all",
                           .low = 0,
                           .high = 4294967295.0},
                          {.name = "unit_share",
                           .type = T::number,
                           .doc = "share of the units of every region, drawn once",
                           .low = 0,
                           .high = 1},
                          {.name = "pattern",
                           .type = T::text,
                           .doc = "name of the draw of unit_share: the same name draws the same units",
                           .preset = ""}};
  table.fields.insert(table.fields.end(), std::begin(fields), std::end(fields));
  return table;
}

}  // namespace

const TableSpec& encoder() {
  static const TableSpec table =
      with_units({"[[encoder]]",
                  "Turns observations or random events into input of units.",
                  {plugin_field("encoder"),
                   params_field("encoder"),
                   selector_field(),
                   port_field(),
                   {.name = "body", .type = T::text, .doc = "the [body.NAME] that it observes", .preset = ""},
                   observe_field(),
                   {.name = "stream",
                    .type = T::text,
                    .doc = "encoders that name one stream see the same random values wherever a plugin shares them "
                           "between units; default: its own",
                    .preset = ""}}});
  return table;
}

const TableSpec& stimulus() {
  static const TableSpec table = with_units(
      {"[[stimulus]]",
       "A constant added to a port of chosen units for a while, once or again and again.",
       {selector_field(),
        port_field(),
        {.name = "onset_ms",
         .type = T::number,
         .doc = "from the start of the run, the transient included; with phases, from the start of every episode",
         .required = true,
         .low = 0,
         .high = 1e12},
        {.name = "duration_ms",
         .type = T::number,
         .doc = "how long a pulse is",
         .required = true,
         .low = 0,
         .high = 1e12},
        {.name = "period_ms",
         .type = T::number,
         .doc = "from the onset of a pulse to that of the next; 0: there is one pulse",
         .preset = 0.0,
         .low = 0,
         .high = 1e12},
        {.name = "n_pulses",
         .type = T::integer,
         .doc = "how many pulses; 0: until the end of the run or episode, which is the default with a period",
         .low = 0,
         .high = 1e12},
        {.name = "amplitude",
         .type = T::number,
         .doc = "added at every step, in the unit of the port",
         .required = true,
         .takes_unit = true}}});
  return table;
}

const TableSpec& spike_train() {
  static const TableSpec table = with_units(
      {"[[spike_train]]",
       "Spikes read from a file into chosen units.",
       {{.name = "file",
         .type = T::text,
         .doc = "relative to this file; a line `time_ms,unit`, then a line per spike; units are counted from 0 through "
                "those chosen, region by region. Times count from the start of the run, with phases, too",
         .required = true},
        selector_field(),
        port_field(),
        {.name = "weight",
         .type = T::number,
         .doc = "what a spike adds, in the unit of the port (the unit is the suffix: weight_mv)",
         .required = true,
         .takes_unit = true}}});
  return table;
}

}  // namespace encephagen::spec
