// JSON Schemas for editors, made from the same declarations that check the files.
#include "scenario/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "scenario/key_unit.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;
using T = FieldType;

Json value_schema(const Field& f);

void add_range(Json& j, const Field& f) {
  if (f.low > -1e300) j["minimum"] = f.low;
  if (f.high < 1e300) j["maximum"] = f.high;
}

// What editors show of a key, besides its type: a sentence, the unit that its name ends in, the default.
void add_words(Json& j, const Field& f) {
  const std::string unit(unit_of_key(f.name));
  if (!f.doc.empty()) j["description"] = unit.empty() ? f.doc : fmt::format("{} [{}]", f.doc, unit);
  if (!unit.empty()) j["x-unit"] = unit;
  if (f.preset) std::visit([&](const auto& v) { j["default"] = v; }, *f.preset);
}

Json integer(const Field& f) {
  Json j{{"type", "integer"}};
  add_range(j, f);
  return j;
}

Json text_list() { return {{"type", "array"}, {"items", {{"type", "string"}}}}; }

Json text_or_list() { return {{"anyOf", Json::array({{{"type", "string"}}, text_list()})}}; }

Json number(const Field& f) {
  Json j{{"type", "number"}};
  add_range(j, f);
  return j;
}

Json distribution(bool is_per_unit) {
  const Json pair{{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};
  Json properties{{"normal", pair}, {"uniform", pair}, {"lognormal", pair}};
  if (is_per_unit) properties["attribute"] = {{"type", "string"}}, properties["missing"] = {{"type", "number"}};
  for (const char* bound : {"low", "high"}) properties[bound] = {{"type", "number"}};
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

std::string definition_name(const TableSpec& spec) {
  std::string out;
  for (const char c : spec.title)
    if (c == ' ' || c == '.' || c == '_' || std::isalpha(static_cast<unsigned char>(c)))
      out += c == ' ' || c == '.' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Collects a definition for every table spec it meets.
class Builder {
 public:
  Builder(const std::vector<const FoundPlugin*>& plugins, bool is_fragment)
      : plugins_(plugins), is_fragment_(is_fragment) {}

  Json table(const TableSpec& spec) {
    Json properties = Json::object(), patterns = Json::object(), required = Json::array(), conditions = Json::array();
    std::map<std::string, std::string> replaced;  // key that may stand instead -> required key
    for (const auto& f : spec.fields) {
      Json j = value(f);
      add_words(j, f);
      if (f.takes_unit)
        patterns["^" + f.name + "(_[a-z0-9_]+)?$"] = j;
      else
        properties[f.name] = j;
      if (f.required && !is_fragment_) required.push_back(f.name);
      if (f.required && !f.unless.empty()) replaced[f.unless] = f.name;
      if (f.type == T::params) add_plugins(f.kinds, properties, conditions);
    }
    Json out{{"type", "object"},
             {"title", spec.title},
             {"description", spec.doc},
             {"additionalProperties", false},
             {"properties", properties}};
    if (!patterns.empty()) out["patternProperties"] = patterns;
    // What a file includes may hold the required keys.
    if (!required.empty() && spec.find("include")) {
      out["anyOf"] = Json::array({{{"required", {"include"}}}, {{"required", required}}});
      for (const auto& [instead, key] : replaced) {
        Json others = required;
        for (auto& name : others)
          if (name == key) name = instead;
        out["anyOf"].push_back({{"required", others}});
      }
    } else if (!required.empty())
      out["required"] = required;
    if (!conditions.empty()) out["allOf"] = conditions;
    return out;
  }

  Json definitions() const { return definitions_; }

 private:
  Json reference(const TableSpec* spec) {
    if (!spec) return {{"type", "object"}};
    const std::string name = definition_name(*spec);
    if (!definitions_.contains(name)) {
      definitions_[name] = nullptr;  // stops recursion
      definitions_[name] = table(*spec);
    }
    return {{"$ref", "#/definitions/" + name}};
  }

  Json value(const Field& f) {
    switch (f.type) {
      // draft-07 ignores everything beside a $ref, so references stand inside allOf.
      case T::table:
        return {{"allOf", Json::array({reference(f.table)})}};
      case T::table_list:
        return {{"type", "array"}, {"items", reference(f.table)}};
      case T::table_map:
        return {{"type", "object"}, {"additionalProperties", reference(f.table)}};
      case T::any_map:
      case T::params:
        return {{"type", "object"}};
      default:
        return value_schema(f);
    }
  }

  void add_plugins(const std::vector<std::string>& kinds, Json& properties, Json& conditions) {
    Json names = Json::array(), summaries = Json::array();
    for (const auto* p : plugins_) {
      const std::string kind = p->plugin->kind;
      if (std::ranges::find(kinds, kind) == kinds.end()) continue;
      names.push_back(p->plugin->name);
      summaries.push_back(p->plugin->summary);
      const std::string name = fmt::format("params_{}_{}", kind, p->plugin->name);
      if (!definitions_.contains(name)) definitions_[name] = plugin_params(*p->plugin, is_fragment_);
      const Json match{{"properties", {{"plugin", {{"const", p->plugin->name}}}}}, {"required", {"plugin"}}};
      const Json then{{"properties", {{"params", {{"$ref", "#/definitions/" + name}}}}}};
      conditions.push_back({{"if", match}, {"then", then}});
    }
    // Suggestions, not a closed list: other people's plugins are welcome. Where Taplo takes the words of a choice from
    // is its own extension of JSON Schema.
    if (!names.empty())
      properties["plugin"]["anyOf"] =
          Json::array({{{"enum", names}, {"x-taplo", {{"docs", {{"enumValues", summaries}}}}}}, {{"type", "string"}}});
  }

 public:
  static Json plugin_params(const eg_plugin& plugin, bool is_fragment) {
    Json properties = Json::object(), required = Json::array();
    for (uint32_t i = 0; i < plugin.n_params; ++i) {
      const Field f = field_of(plugin.params[i]);
      Json j = value_schema(f);
      add_words(j, f);
      properties[f.name] = j;
      if (f.required && !is_fragment) required.push_back(f.name);
    }
    Json out{{"type", "object"},
             {"title", fmt::format("{} {}", plugin.kind, plugin.name)},
             {"description", plugin.summary},
             {"additionalProperties", false},
             {"properties", properties}};
    if (!required.empty()) out["required"] = required;
    return out;
  }

 private:
  const std::vector<const FoundPlugin*>& plugins_;
  bool is_fragment_;
  Json definitions_ = Json::object();
};

Json value_schema(const Field& f) {
  switch (f.type) {
    case T::number:
      return number(f);
    case T::integer:
      return integer(f);
    case T::flag:
      return {{"type", "boolean"}};
    case T::text:
      return {{"type", "string"}};
    case T::choice:
      return {{"enum", f.choices}};
    case T::number_list:
      return {{"type", "array"}, {"items", number(f)}};
    case T::integer_list:
      return {{"type", "array"}, {"items", integer(f)}};
    case T::text_list:
      return text_list();
    case T::text_or_list:
      return text_or_list();
    case T::flag_or_texts:
      return {{"anyOf", Json::array({{{"type", "boolean"}}, {{"type", "string"}}, text_list()})}};
    case T::per_unit_number:
      return {{"anyOf", Json::array({number(f), {{"type", "array"}, {"items", number(f)}}, distribution(true)})}};
    case T::drawn_number:
      return {{"anyOf", Json::array({number(f), distribution(false)})}};
    case T::number_map:
      return {{"type", "object"}, {"additionalProperties", number(f)}};
    case T::text_map:
      return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    case T::text_list_map:
      return {{"type", "object"}, {"additionalProperties", text_or_list()}};
    default:
      return {{"type", "object"}};
  }
}

}  // namespace

std::string json_schema(const TableSpec& spec, const std::vector<const FoundPlugin*>& plugins,
                        const SchemaOptions& options) {
  Builder builder(plugins, options.is_fragment);
  Json root{{"$schema", "http://json-schema.org/draft-07/schema#"}};
  const Json table = builder.table(spec);
  root.update(table);
  root["title"] = options.title;
  root["definitions"] = builder.definitions();
  return root.dump(1) + "\n";
}

std::string plugin_schema(const eg_plugin& plugin) {
  Json root{{"$schema", "http://json-schema.org/draft-07/schema#"}};
  root.update(Builder::plugin_params(plugin, false));
  return root.dump(1) + "\n";
}

}  // namespace encephagen
