// Checks tables of the scenario language against their declarations.
#include "scenario/table_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/text.hpp"

namespace encephagen {
namespace {

using Kind = Node::Kind;

bool wrong_type(const Position& at, const std::string& subject, std::string_view needed, const Node& value,
                Diagnostics& d) {
  d.error(at, fmt::format("{} needs {}, found {}", subject, needed, value.kind_name()));
  return false;
}

bool check_number(const Field& f, const std::string& subject, Node& v, Diagnostics& d) {
  if (f.type == FieldType::integer && !v.is(Kind::integer)) return wrong_type(v.at, subject, "an integer", v, d);
  if (!v.is_number()) return wrong_type(v.at, subject, "a number", v, d);
  if (f.type != FieldType::integer && v.is(Kind::integer)) v.kind = Kind::number;  // 5 may stand for 5.0
  if (!std::isfinite(v.number)) {
    d.error(v.at, fmt::format("{} = {} is not a finite number", subject, v.number));
    return false;
  }
  if (v.number < f.low || v.number > f.high) {
    d.error(v.at, fmt::format("{} = {} is outside {}", subject, v.number, range_text(f.low, f.high)));
    return false;
  }
  return true;
}

// {normal = [mean, sd]}, {lognormal = [median, sigma]}, {uniform = [low, high]}, each with bounds low and high; per
// unit also {attribute = "x", low = a, high = b}, with missing = c for regions where x is not known.
bool check_pair(const Node::Member& m, Diagnostics& d) {
  const auto& v = m.value;
  const auto is_finite = [](const Node& n) { return n.is_number() && std::isfinite(n.number); };
  if (!v.is(Kind::array) || v.items.size() != 2 || !is_finite(v.items[0]) || !is_finite(v.items[1])) {
    d.error(v.at, fmt::format("'{}' needs a list of two numbers", m.key));
    return false;
  }
  const double a = v.items[0].number, b = v.items[1].number;
  if (m.key == "uniform" && a > b) {
    d.error(v.at, fmt::format("'uniform' = [{}, {}] is upside down: the lower end comes first", a, b));
    return false;
  }
  if (m.key != "uniform" && b < 0) {
    d.error(v.items[1].at,
            fmt::format("'{}' has a negative {}", m.key, m.key == "normal" ? "standard deviation" : "sigma"));
    return false;
  }
  return true;
}

bool check_distribution(const Field& f, const std::string& subject, Node& v, Diagnostics& d) {
  std::vector<std::string> forms = {"normal", "uniform", "lognormal"};
  const bool is_per_unit = f.type == FieldType::per_unit_number;
  if (is_per_unit) forms.emplace_back("attribute");
  auto keys = forms;
  keys.insert(keys.end(), {"low", "high"});
  if (is_per_unit) keys.emplace_back("missing");
  bool ok = true;
  int n_forms = 0;
  for (auto& m : v.members) {
    if (std::ranges::find(keys, m.key) == keys.end()) {
      report_unknown_key(m, subject, keys, d);
      ok = false;
    } else if (m.key == "attribute") {
      ++n_forms;
      if (!m.value.is(Kind::text)) ok = wrong_type(m.value.at, "'attribute'", "text", m.value, d);
    } else if (m.key == "low" || m.key == "high" || m.key == "missing") {
      if (!m.value.is_number() || std::isnan(m.value.number))
        ok = wrong_type(m.value.at, "'" + m.key + "'", "a number", m.value, d);
    } else {
      ++n_forms;
      ok &= check_pair(m, d);
    }
  }
  if (ok && n_forms != 1) {
    d.error(v.at, fmt::format("{} as a table needs exactly one of {}", subject, join(forms, ", ")));
    return false;
  }
  const auto *low = v.find("low"), *high = v.find("high");
  if (ok && v.find("attribute") && (!low || !high)) {
    d.error(v.at, subject + ": a map from an attribute needs 'low' and 'high', the values at its minimum and maximum");
    return false;
  }
  if (const auto* missing = v.find("missing"); ok && missing && !v.find("attribute")) {
    d.error(missing->at, "'missing' is the value where an attribute is not known: it needs 'attribute'");
    return false;
  }
  if (ok && !v.find("attribute") && low && high && low->number > high->number) {
    d.error(low->at, fmt::format("'low' = {} is above 'high' = {}", low->number, high->number));
    return false;
  }
  return ok;
}

bool check_numbers(const Field& f, const std::string& subject, Node& v, Diagnostics& d) {
  bool ok = true;
  for (auto& i : v.items) ok &= check_number(f, "an element of " + subject, i, d);
  return ok;
}

bool check_texts(const std::string& subject, Node& v, Diagnostics& d) {
  if (!v.is(Kind::array)) return wrong_type(v.at, subject, "a list of texts", v, d);
  for (const auto& i : v.items)
    if (!i.is(Kind::text)) return wrong_type(i.at, subject, "a list of texts", i, d);
  return true;
}

// One text becomes a list of one.
bool check_text_or_list(const std::string& subject, Node& v, Diagnostics& d) {
  if (v.is(Kind::text)) {
    Node list = Node::of_array({v});
    list.at = v.at;
    v = std::move(list);
  }
  return check_texts(subject, v, d);
}

}  // namespace

Node preset_node_of(const Field& f) {
  if (!f.preset) return Node::of_array({});
  return std::visit(
      [](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, double>)
          return Node::of_number(v);
        else if constexpr (std::is_same_v<T, int64_t>)
          return Node::of_integer(v);
        else if constexpr (std::is_same_v<T, bool>)
          return Node::of_flag(v);
        else
          return Node::of_text(v);
      },
      *f.preset);
}

const Field* TableSpec::find(std::string_view key) const {
  for (const auto& f : fields)
    if (f.name == key || (f.takes_unit && key.starts_with(f.name + "_") && key.size() > f.name.size() + 1)) return &f;
  return nullptr;
}

Field field_of(const eg_param& p) {
  static constexpr FieldType types[] = {FieldType::number, FieldType::integer,     FieldType::flag,
                                        FieldType::text,   FieldType::choice,      FieldType::text,
                                        FieldType::text,   FieldType::number_list, FieldType::text_list};
  Field f{.name = p.name,
          .type = types[p.type],
          .doc = p.doc,
          .required = (p.flags & EG_PARAM_REQUIRED) != 0,
          .low = p.low,
          .high = p.high};
  if ((p.flags & EG_PARAM_PER_UNIT) != 0) f.type = FieldType::per_unit_number;
  for (uint32_t i = 0; i < p.n_choices; ++i) f.choices.emplace_back(p.choices[i]);
  if (f.required) return f;
  switch (p.type) {
    case EG_NUMBER:
      f.preset = p.preset.number;
      break;
    case EG_INTEGER:
      f.preset = p.preset.integer;
      break;
    case EG_FLAG:
      f.preset = p.preset.integer != 0;
      break;
    case EG_CHOICE:
      f.preset = f.choices[static_cast<size_t>(p.preset.integer)];
      break;
    case EG_NUMBER_LIST:
    case EG_TEXT_LIST:
      break;
    default:
      f.preset = std::string(p.preset.text ? p.preset.text : "");
  }
  return f;
}

std::string range_text(double low, double high) {
  const bool no_low = low <= -1e300, no_high = high >= 1e300;
  if (no_low && no_high) return "(-inf, inf)";
  if (no_low) return fmt::format("(-inf, {}]", high);
  if (no_high) return fmt::format("[{}, inf)", low);
  return fmt::format("[{}, {}]", low, high);
}

void report_unknown_key(const Node::Member& m, const std::string& owner, const std::vector<std::string>& known,
                        Diagnostics& d) {
  d.error(m.key_at, fmt::format("'{}' is not a key of {}{}", m.key, owner, did_you_mean(m.key, known)));
}

bool check_value(const Field& f, const std::string& subject, Node& v, Diagnostics& d) {
  switch (f.type) {
    case FieldType::number:
    case FieldType::integer:
      return check_number(f, subject, v, d);
    case FieldType::flag:
      return v.is(Kind::flag) || wrong_type(v.at, subject, "true or false", v, d);
    case FieldType::text:
      return v.is(Kind::text) || wrong_type(v.at, subject, "text", v, d);
    case FieldType::choice:
      if (!v.is(Kind::text)) return wrong_type(v.at, subject, "one of " + join(f.choices, ", "), v, d);
      if (std::ranges::find(f.choices, v.text) != f.choices.end()) return true;
      d.error(v.at, fmt::format("{} = \"{}\" is not one of {}{}", subject, v.text, join(f.choices, ", "),
                                did_you_mean(v.text, f.choices)));
      return false;
    case FieldType::number_list:
      if (!v.is(Kind::array)) return wrong_type(v.at, subject, "a list of numbers", v, d);
      return check_numbers(f, subject, v, d);
    case FieldType::integer_list: {
      if (!v.is(Kind::array)) return wrong_type(v.at, subject, "a list of integers", v, d);
      Field element = f;
      element.type = FieldType::integer;
      return check_numbers(element, subject, v, d);
    }
    case FieldType::text_list:
      return check_texts(subject, v, d);
    case FieldType::text_or_list:
      return check_text_or_list(subject, v, d);
    case FieldType::flag_or_texts:
      if (v.is(Kind::flag)) return true;
      if (!v.is(Kind::array) && !v.is(Kind::text))
        return wrong_type(v.at, subject, "true, false or a list of texts", v, d);
      return check_text_or_list(subject, v, d);
    case FieldType::per_unit_number:
      if (v.is(Kind::array)) return check_numbers(f, subject, v, d);
      [[fallthrough]];
    case FieldType::drawn_number:
      return v.is(Kind::table) ? check_distribution(f, subject, v, d) : check_number(f, subject, v, d);
    case FieldType::table:
      if (!v.is(Kind::table)) return wrong_type(v.at, subject, "a table", v, d);
      if (f.table) check_table(*f.table, v, d);
      return true;
    case FieldType::table_list: {
      if (!v.is(Kind::array))
        return wrong_type(v.at, subject, fmt::format("a list of tables, written [[{}]]", f.name), v, d);
      bool ok = true;
      for (auto& i : v.items) {
        if (!i.is(Kind::table))
          ok = wrong_type(i.at, subject, fmt::format("a list of tables, written [[{}]]", f.name), i, d);
        else if (f.table)
          check_table(*f.table, i, d);
      }
      return ok;
    }
    case FieldType::table_map:
      if (!v.is(Kind::table)) return wrong_type(v.at, subject, "a table of named tables", v, d);
      for (auto& m : v.members) {
        if (!m.value.is(Kind::table))
          wrong_type(m.value.at, fmt::format("'{}'", m.key), "a table", m.value, d);
        else if (f.table)
          check_table(*f.table, m.value, d);
      }
      return true;
    case FieldType::text_map: {
      if (!v.is(Kind::table)) return wrong_type(v.at, subject, "a table", v, d);
      bool ok = true;
      for (auto& m : v.members)
        if (!m.value.is(Kind::text)) ok = wrong_type(m.value.at, "'" + m.key + "'", "text", m.value, d);
      return ok;
    }
    case FieldType::number_map:
    case FieldType::text_list_map: {
      if (!v.is(Kind::table)) return wrong_type(v.at, subject, "a table", v, d);
      bool ok = true;
      for (auto& m : v.members) {
        const std::string name = "'" + m.key + "'";
        ok &=
            f.type == FieldType::number_map ? check_number(f, name, m.value, d) : check_text_or_list(name, m.value, d);
      }
      return ok;
    }
    case FieldType::any_map:
    case FieldType::params:
      return v.is(Kind::table) || wrong_type(v.at, subject, "a table", v, d);
  }
  return true;
}

void check_table(const TableSpec& spec, Node& table, Diagnostics& d) {
  std::vector<std::string> known;
  for (const auto& f : spec.fields) known.push_back(f.name);
  for (auto& m : table.members) {
    const auto* f = spec.find(m.key);
    if (f)
      check_value(*f, "'" + m.key + "'", m.value, d);
    else
      report_unknown_key(m, spec.title, known, d);
  }
  for (const auto& f : spec.fields) {
    const bool there = std::ranges::any_of(table.members, [&](const auto& m) { return spec.find(m.key) == &f; });
    if (there) continue;
    const bool is_replaced = !f.unless.empty() && table.find(f.unless);
    if (f.required && !is_replaced)
      d.error(table.at, fmt::format("{} needs the key '{}': {}", spec.title, f.name, f.doc));
    else if (f.preset)
      table.set(f.name, preset_node_of(f));
  }
}

}  // namespace encephagen
