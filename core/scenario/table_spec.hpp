// Declares what may stand in a table of the scenario language. One declaration feeds the checks, the defaults, the JSON
// Schema and the reference.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "encephagen/abi/library.h"
#include "scenario/diagnostics.hpp"
#include "scenario/node.hpp"

namespace encephagen {

struct TableSpec;

enum class FieldType {
  number,
  integer,
  flag,
  text,
  choice,
  number_list,
  integer_list,
  text_list,
  text_or_list,     // one text or a list of texts
  flag_or_texts,    // true, false or a list of texts
  per_unit_number,  // a number, a list, a distribution table or a map from a region attribute
  drawn_number,     // a number or a distribution table
  table,
  table_list,     // [[...]]
  table_map,      // [x.NAME]: any names, each a table
  number_map,     // any names, each a number
  text_map,       // any names, each a text
  text_list_map,  // any names, each one text or a list of texts
  any_map,        // any names, any values
  params          // what the plugin named beside it declares
};

struct Field {
  std::string name;
  FieldType type = FieldType::number;
  std::string doc = {};
  bool required = false;
  std::string unless = {};  // required unless this key of the same table is there
  std::optional<std::variant<double, int64_t, bool, std::string>> preset = {};
  double low = -1e300, high = 1e300;
  std::vector<std::string> choices = {};
  const TableSpec* table = nullptr;
  std::vector<std::string> kinds = {};  // params: the kinds that the plugin may be of
  bool takes_unit = false;              // the key may carry a unit as suffix: weight_mv, weight_pa
};

struct TableSpec {
  std::string title;  // "[run]", "long-range projection"
  std::string doc;
  std::vector<Field> fields;
  const Field* find(std::string_view key) const;  // also matches keys with a unit
};

// The same declaration for a plugin's parameter.
Field field_of(const eg_param& param);

// Checks `table` against `spec`, reports every unknown key, wrong type, value out of range and missing key, and writes
// the defaults into it. Tables of type `params` are left alone (see plugin_params.hpp). `what` names the table in
// messages:
// "'dt' is not a key of [run]".
void check_table(const TableSpec& spec, Node& table, Diagnostics& diagnostics);

// One value against one field, without the key. `subject` is how the value is called in messages: "'n'".
bool check_value(const Field& field, const std::string& subject, Node& value, Diagnostics& diagnostics);

// The default of a field that has one; an empty list for lists.
Node preset_node_of(const Field& field);

// Reports a key that nobody declares.
void report_unknown_key(const Node::Member& member, const std::string& owner, const std::vector<std::string>& known,
                        Diagnostics& d);

// "[0, 1]", "[0, ...)" for messages and reference pages.
std::string range_text(double low, double high);

}  // namespace encephagen
