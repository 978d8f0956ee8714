// The parts of the scenario language, one file each, and the fields they share.
#pragma once
#include "scenario/table_spec.hpp"

namespace encephagen::spec {

// scenario_spec_network.cpp
const TableSpec& region();
const TableSpec& region_template();
const TableSpec& long_range();
// scenario_spec_inputs.cpp
const TableSpec& encoder();
const TableSpec& stimulus();
const TableSpec& spike_train();
// scenario_spec_learning.cpp
const TableSpec& plasticity();
const TableSpec& follows();
const TableSpec& set_weight();
const TableSpec& synapse();
const TableSpec& modulator();
const TableSpec& phase();
// scenario_spec_bodies.cpp
const TableSpec& body();
const TableSpec& perturbation();
// scenario_spec_records.cpp
const TableSpec& record();
const TableSpec& analyzer();

inline Field plugin_field(const std::string& kind, const std::string& or_kind = "") {
  return {.name = "plugin",
          .type = FieldType::text,
          .doc = "which " + kind + (or_kind.empty() ? "" : " or " + or_kind) + " plugin",
          .required = true};
}
inline Field params_field(const std::string& kind, const std::string& or_kind = "") {
  Field f{.name = "params",
          .type = FieldType::params,
          .doc = "parameters, as the " + kind + (or_kind.empty() ? "" : " or " + or_kind) + " plugin declares them",
          .kinds = {kind}};
  if (!or_kind.empty()) f.kinds.push_back(or_kind);
  return f;
}
inline Field list_field(const std::string& name, const TableSpec& table) {
  return {.name = name, .type = FieldType::table_list, .doc = table.doc, .table = &table};
}
inline Field table_field(const std::string& name, const TableSpec& table) {
  return {.name = name, .type = FieldType::table, .doc = table.doc, .table = &table};
}
inline Field observe_field() {
  return {.name = "observe",
          .type = FieldType::text_or_list,
          .doc =
              "patterns of names of observations, in this order, ! before one takes out; and by full names: reward, "
              "reward.TERM, is_over, is_terminated, is_first; default: [\"*\"]"};
}
inline Field selector_field() {
  return {.name = "to",
          .type = FieldType::text,
          .doc = "REGION.POPULATION, where REGION is a label, a group or a pattern",
          .required = true};
}
inline Field port_field() {
  return {.name = "port",
          .type = FieldType::text,
          .doc = "input port of the target; default: the first that fits",
          .preset = ""};
}

}  // namespace encephagen::spec
