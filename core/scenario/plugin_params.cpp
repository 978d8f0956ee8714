// Checks a `params` table against what a plugin declares and turns it into values for the plugin.
#include "scenario/plugin_params.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"
#include "scenario/table_spec.hpp"

namespace encephagen {
namespace {

std::string not_a_parameter(const eg_plugin& plugin, const std::string& key, const std::vector<std::string>& known) {
  return fmt::format("'{}' is not a parameter of {} '{}'{}", key, plugin.kind, plugin.name, did_you_mean(key, known));
}

}  // namespace

PluginChoice choose_plugin(const std::vector<std::string>& kinds, Node& table, PluginRegistry& registry,
                           Diagnostics& d) {
  PluginChoice choice;
  const Node* name = table.find("plugin");
  if (!name || !name->is(Node::Kind::text)) return choice;  // reported by the table's own check
  choice.at = name->at;
  choice.found = registry.find(kinds, name->text);
  if (!choice.found) {
    d.error(name->at, registry.why_not(kinds, name->text), Exit::plugin_unusable);
    return choice;
  }
  const eg_plugin& plugin = *choice.found->plugin;
  Node* params = table.find("params");
  if (!params) {
    Node empty;
    empty.at = name->at;
    params = &table.set("params", empty);
  }
  if (!params->is(Node::Kind::table)) return choice;
  std::vector<std::string> known;
  for (uint32_t i = 0; i < plugin.n_params; ++i) known.emplace_back(plugin.params[i].name);
  const std::string who = fmt::format("{} '{}'", plugin.kind, plugin.name);
  for (auto& m : params->members) {
    const auto at = std::ranges::find(known, m.key);
    if (at == known.end())
      d.error(m.key_at, not_a_parameter(plugin, m.key, known));
    else
      check_value(field_of(plugin.params[at - known.begin()]), "'" + m.key + "'", m.value, d);
  }
  Node complete;  // in declared order, so that resolved.toml reads like the plugin's documentation
  complete.at = params->at;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const Field field = field_of(plugin.params[i]);
    if (auto* given = params->find(field.name)) {
      complete.members.push_back({field.name, params->key_position(field.name), *given});
    } else if (field.required) {
      d.error(params->at, fmt::format("{} needs the parameter '{}': {}", who, field.name, field.doc));
    } else {
      complete.members.push_back({field.name, {}, preset_node_of(field)});
    }
  }
  *params = complete;
  choice.params = complete;
  return choice;
}

void replace_param(PluginChoice& choice, const std::string& key, const Node& value, Diagnostics& d) {
  const eg_plugin& plugin = *choice.found->plugin;
  std::vector<std::string> known;
  for (uint32_t i = 0; i < plugin.n_params; ++i) known.emplace_back(plugin.params[i].name);
  const auto at = std::ranges::find(known, key);
  if (at == known.end()) return d.error(value.at, not_a_parameter(plugin, key, known));
  Node checked = value;
  check_value(field_of(plugin.params[at - known.begin()]), "'" + key + "'", checked, d);
  choice.params.set(key, checked) = checked;
}

ParamValues param_values(const PluginChoice& choice, const PathResolver& resolver, Diagnostics& d) {
  const eg_plugin& plugin = *choice.found->plugin;
  ParamValues values(plugin);
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const auto& p = plugin.params[i];
    const Node* v = choice.params.find(p.name);
    if (!v) continue;
    switch (p.type) {
      case EG_NUMBER:
        if (v->is_number()) values.set_number(i, v->number);
        break;
      case EG_INTEGER:
        values.set_integer(i, v->integer);
        break;
      case EG_FLAG:
        values.set_integer(i, v->flag);
        break;
      case EG_TEXT:
        values.set_text(i, v->text);
        break;
      case EG_CHOICE:
        for (uint32_t k = 0; k < p.n_choices; ++k)
          if (v->text == p.choices[k]) values.set_integer(i, k);
        break;
      case EG_FILE:
      case EG_DATASET: {
        const auto& resolve = p.type == EG_FILE ? resolver.file : resolver.dataset;
        if (v->text.empty())
          values.set_text(i, "");
        else if (const auto path = resolve(v->text, v->at, d))
          values.set_text(i, *path);
        break;
      }
      case EG_NUMBER_LIST: {
        std::vector<double> list;
        for (const auto& item : v->items) list.push_back(item.number);
        values.set_numbers(i, std::move(list));
        break;
      }
      default: {
        std::vector<std::string> list;
        for (const auto& item : v->items) list.push_back(item.text);
        values.set_texts(i, std::move(list));
      }
    }
  }
  return values;
}

}  // namespace encephagen
