// The scenario language: bodies, who moves them, and what pushes them.
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen::spec {
namespace {

using T = FieldType;

const TableSpec& act() {
  static const TableSpec table{
      "[[body.NAME.act]]",
      "A decoder that moves the body.",
      {{.name = "from", .type = T::text, .doc = "a population whose plugin is a decoder", .required = true},
       {.name = "actions",
        .type = T::text_or_list,
        .doc = "the actions that it gives, by name and in its order; default: all of the body; []: none, but it is asked "
               "whenever the others are (a critic)"}}};
  return table;
}

const TableSpec& controller() {
  static const TableSpec table{"[body.NAME.controller]",
                               "Moves the body without a brain.",
                               {plugin_field("controller"), params_field("controller"), observe_field()}};
  return table;
}

}  // namespace

const TableSpec& body() {
  static const TableSpec table{
      "[body.NAME]",
      "A body or environment. Encoders see it, decoders or a controller move it, in turns: the brain sees an "
      "observation "
      "for step_ms, then what it decided acts on the body for step_ms.",
      {plugin_field("body"),
       params_field("body"),
       {.name = "step_ms",
        .type = T::number,
        .doc = "how long an action lasts: a multiple of dt_ms and of the body's own step; default: the body's own step",
        .low = 1e-4,
        .high = 1e9},
       {.name = "sensor_delay_ms",
        .type = T::number,
        .doc = "age of what is seen, a multiple of step_ms",
        .preset = 0.0,
        .low = 0,
        .high = 1e9},
       {.name = "motor_delay_ms",
        .type = T::number,
        .doc = "from a decision to its action, a multiple of step_ms",
        .preset = 0.0,
        .low = 0,
        .high = 1e9},
       {.name = "when_over",
        .type = T::choice,
        .doc =
            "when the body's trial ends before the episode. next_episode: it rests, and where episodes begin from the "
            "initial state, the rest of this one is left out; restart: it begins a new trial at once",
        .preset = "next_episode",
        .choices = {"next_episode", "restart"}},
       {.name = "reward_gain", .type = T::number, .doc = "factor on what the brain sees of the reward", .preset = 1.0},
       {.name = "yoked_reward",
        .type = T::flag,
        .doc = "whether the brain sees the reward of a random earlier trial, which its actions have no part in",
        .preset = false},
       list_field("act", act()),
       table_field("controller", controller())}};
  return table;
}

const TableSpec& perturbation() {
  static const TableSpec table{
      "[[perturbation]]",
      "Acts on a body besides its actions, in every trial anew: a push, a floor that tilts.",
      {{.name = "name",
        .type = T::text,
        .doc = "name by which phases choose it; several inputs may share one",
        .preset = ""},
       {.name = "body", .type = T::text, .doc = "which [body.NAME]", .required = true},
       {.name = "channel", .type = T::text, .doc = "which of its disturbances", .required = true},
       {.name = "onset_ms",
        .type = T::drawn_number,
        .doc = "from the start of the trial; takes effect with the next action",
        .preset = 0.0,
        .low = 0,
        .high = 1e12},
       {.name = "duration_ms",
        .type = T::number,
        .doc = "how long it lasts, a multiple of the body's step_ms",
        .required = true,
        .low = 1e-4,
        .high = 1e12},
       {.name = "amplitude", .type = T::drawn_number, .doc = "in the unit of the channel", .required = true},
       {.name = "random_sign", .type = T::flag, .doc = "whether its sign is drawn each time", .preset = false},
       {.name = "period_ms",
        .type = T::drawn_number,
        .doc = "from onset to onset, again and again, drawn each time; default: once",
        .low = 0,
        .high = 1e12}}};
  return table;
}

}  // namespace encephagen::spec
