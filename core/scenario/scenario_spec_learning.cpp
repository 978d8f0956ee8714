// The scenario language: what changes weights, and the stretches of a run in which it does.
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen::spec {
namespace {

using T = FieldType;

Field source_field(const std::string& doc) {
  return {.name = "source", .type = T::integer, .doc = doc, .required = true, .low = 0, .high = 4294967295.0};
}

Field nth_field() {
  return {.name = "nth",
          .type = T::integer,
          .doc = "which of the outgoing synapses of the source, from 0",
          .preset = int64_t{0},
          .low = 0,
          .high = 4294967295.0};
}

constexpr const char* source_doc = "number of the source unit, from 0, counted region by region";

const TableSpec& pair() {
  static const TableSpec table{
      "pair",
      "A spike of the source of a synapse and then one of its target.",
      {{.name = "projection", .type = T::text, .doc = "name of the projection of the synapse", .required = true},
       source_field(source_doc),
       nth_field(),
       {.name = "within_ms",
        .type = T::number,
        .doc = "the spike of the target comes at most so long after that of the source",
        .preset = 20.0,
        .low = 1e-4,
        .high = 1e9}}};
  return table;
}

const TableSpec& release() {
  static const TableSpec table{
      "[[modulator.NAME.release]]",
      "Adds an amount at exactly one of at_ms, period_ms, rate_hz, pair.",
      {{.name = "amount", .type = T::number, .doc = "what each release adds", .required = true},
       {.name = "at_ms", .type = T::number_list, .doc = "at these times from the start of the run", .low = 0},
       {.name = "period_ms", .type = T::number, .doc = "again and again, so long apart", .low = 1e-4, .high = 1e12},
       {.name = "onset_ms",
        .type = T::number,
        .doc = "with period_ms: the first one; default: 0",
        .low = 0,
        .high = 1e12},
       {.name = "rate_hz", .type = T::number, .doc = "at random, so many a second in the mean", .low = 0, .high = 1e9},
       {.name = "pair", .type = T::table, .doc = pair().doc, .table = &pair()},
       {.name = "delay_ms",
        .type = T::drawn_number,
        .doc = "from the event to the release",
        .preset = 0.0,
        .low = 0,
        .high = 1e9}}};
  return table;
}

}  // namespace

const TableSpec& plasticity() {
  static const TableSpec table{
      "plasticity",
      "A rule that changes the weights of this projection.",
      {plugin_field("plasticity"),
       params_field("plasticity"),
       {.name = "modulators",
        .type = T::text_map,
        .doc = "which [modulator.NAME] the rule reads under each name that it declares: { dopamine = \"NAME\" }; "
               "default: the one of the same name"}}};
  return table;
}

const TableSpec& follows() {
  static const TableSpec table{
      "follows",
      "From a population that does not spike: the weights mirror those of a plastic projection the other way, j to i "
      "there is i to j here.",
      {{.name = "projection", .type = T::text, .doc = "name of that projection", .required = true},
       {.name = "how",
        .type = T::choice,
        .doc = "copy: they are its weights; change: they begin as written here and change as its weights do",
        .preset = "copy",
        .choices = {"copy", "change"}},
       {.name = "decay",
        .type = T::number,
        .doc = "change: share of the weight that is lost at each update",
        .preset = 0.0,
        .low = 0,
        .high = 1}}};
  return table;
}

const TableSpec& set_weight() {
  static const TableSpec table{"set_weight",
                               "The weight of one synapse, whatever was drawn for it.",
                               {source_field(source_doc),
                                nth_field(),
                                {.name = "weight",
                                 .type = T::number,
                                 .doc = "its weight, in the unit of the port (the unit is the suffix: weight_mv)",
                                 .required = true,
                                 .takes_unit = true}}};
  return table;
}

const TableSpec& synapse() {
  static const TableSpec table{"synapse", "One synapse of a projection.", {source_field(source_doc), nth_field()}};
  return table;
}

const TableSpec& modulator() {
  static const TableSpec table{
      "[modulator.NAME]",
      "A signal that plasticity rules read: its baseline, what was released and has not decayed, and what it follows.",
      {{.name = "baseline", .type = T::number, .doc = "its value without anything else", .preset = 0.0},
       {.name = "tau_ms",
        .type = T::number,
        .doc = "decay time of what is released; 0: it lasts one step",
        .preset = 0.0,
        .low = 0,
        .high = 1e12},
       {.name = "mean_tau_ms",
        .type = T::number,
        .doc = "subtracts the running mean of the signal over this time (reward minus expected reward); 0: does not",
        .preset = 0.0,
        .low = 0,
        .high = 1e12},
       {.name = "follows",
        .type = T::text,
        .doc = "POPULATION.STATE: adds the mean of this state over the units of the population",
        .preset = ""},
       {.name = "reward",
        .type = T::text,
        .doc = "BODY or BODY.TERM: releases the reward of this body, or a term of it, when it is earned",
        .preset = ""},
       {.name = "analyzer",
        .type = T::text,
        .doc = "name of an [[analyzer]] of a phase: adds the metric that it finds there, once the phase is over",
        .preset = ""},
       {.name = "metric", .type = T::text, .doc = "which metric of the analyzer, without its prefix", .preset = ""},
       {.name = "gain",
        .type = T::number,
        .doc = "factor on what it follows, on the reward, and on the metric",
        .preset = 1.0},
       list_field("release", release())}};
  return table;
}

const TableSpec& phase() {
  static const TableSpec table{
      "[[phase]]",
      "A stretch of the run: one episode, or several of equal length. Phases follow one another and fill the run.",
      {{.name = "name", .type = T::text, .doc = "unique name", .required = true},
       {.name = "duration_ms",
        .type = T::number,
        .doc = "length of a phase of one episode; else episodes and episode_ms",
        .low = 1e-4,
        .high = 1e12},
       {.name = "episodes", .type = T::integer, .doc = "how many episodes", .low = 1, .high = 1e12},
       {.name = "episode_ms",
        .type = T::number,
        .doc = "length of an episode, a multiple of dt_ms",
        .low = 1e-4,
        .high = 1e12},
       {.name = "inputs",
        .type = T::text_or_list,
        .doc = "patterns of names of encoders, stimuli, spike trains, perturbations and modulators that act, read in "
               "turn: ! before one "
               "takes out; inputs without a name always act; default: [\"*\"]"},
       {.name = "plasticity",
        .type = T::flag_or_texts,
        .doc =
            "whether weights change, or patterns of names of projections or plasticity plugins whose rules act, read "
            "in turn: ! before one takes out",
        .preset = true},
       {.name = "noise",
        .type = T::text,
        .doc = "phases that name one stream of noise see the same noise, counted from their start; default: noise "
               "goes on",
        .preset = ""},
       {.name = "reset",
        .type = T::flag,
        .doc = "whether every episode begins from the initial state; weights stay",
        .preset = false},
       {.name = "snapshot",
        .type = T::flag,
        .doc = "whether weights at the end of the phase go to results.h5",
        .preset = false}}};
  return table;
}

}  // namespace encephagen::spec
