// Reference pages in Markdown, made from the declarations that check the files.
#include "cli/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <sstream>

#include "cli/command_line.hpp"
#include "experiment/experiment_spec.hpp"
#include "host/text.hpp"
#include "scenario/scenario_spec.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen::cli {
namespace {

using T = FieldType;

// A cell of a Markdown table: a bar would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", cell(text)); }

// Brackets within the text of a link.
std::string escaped_brackets(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

// The anchor that GitHub and other readers give a heading.
std::string anchor(std::string_view heading) {
  std::string out;
  for (const char c : lower(heading))
    if (c == ' ')
      out += '-';
    else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
      out += c;
  return out;
}

std::string allowed_text(const Field& f) {
  if (!f.choices.empty()) return "one of " + code(join(f.choices, ", "));
  if (f.type == T::flag) return "";
  return f.low > -1e300 || f.high < 1e300 ? range_text(f.low, f.high) : "";
}

const char* type_text(T type) {
  switch (type) {
    case T::number:
      return "number";
    case T::integer:
      return "integer";
    case T::flag:
      return "true or false";
    case T::text:
    case T::choice:
      return "text";
    case T::number_list:
      return "list of numbers";
    case T::integer_list:
      return "list of integers";
    case T::text_list:
      return "list of texts";
    case T::text_or_list:
      return "text or list of texts";
    case T::flag_or_texts:
      return "true, false or list of texts";
    case T::per_unit_number:
      return "number, per unit";
    case T::drawn_number:
      return "number or distribution";
    case T::table:
      return "table";
    case T::table_list:
      return "list of tables";
    case T::table_map:
      return "named tables";
    case T::number_map:
      return "named numbers";
    case T::text_map:
      return "named texts";
    case T::text_list_map:
      return "named texts or lists of texts";
    case T::any_map:
      return "any keys";
    case T::params:
      return "parameters of the plugin";
  }
  return "";
}

// ---- plugins.md
// ------------------------------------------------------------------------------------------------------

std::string params_table(const eg_plugin& p) {
  if (p.n_params == 0) return "It has no parameters.\n\n";
  std::string out =
      "| parameter | type | default | allowed | per unit | meaning |\n| --- | --- | --- | --- | --- | --- |\n";
  for (uint32_t i = 0; i < p.n_params; ++i) {
    const Field f = field_of(p.params[i]);
    const bool per_unit = f.type == T::per_unit_number;
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(f.name), type_text(per_unit ? T::number : f.type),
                       f.required ? "required" : code(default_text(f)), allowed_text(f), per_unit ? "yes" : "",
                       cell(f.doc));
  }
  return out + "\n";
}

// What a column says beside its name and its sentence.
std::string column_note(const ColumnList& list, const eg_column& c, const eg_plugin& p) {
  std::vector<std::string> notes;
  if (list.title == "inputs") {
    if (c.accepts == EG_ACCEPTS_SPIKES) notes.emplace_back("takes spikes");
    if (c.accepts == EG_ACCEPTS_CONTINUOUS) notes.emplace_back("takes continuous input");
    if (c.sign == EG_SIGN_EXCITATORY) notes.emplace_back("default port of positive weights");
    if (c.sign == EG_SIGN_INHIBITORY) notes.emplace_back("default port of negative weights");
  } else if (list.title == "outputs") {
    notes.push_back("shows state " + code(static_cast<const eg_unit*>(p.table)->state[c.exposes].name));
  } else if (list.title == "random") {
    static const char* const names[] = {"", "normal, mean 0, variance 1", "uniform in (0, 1)", "Poisson count"};
    notes.emplace_back(names[std::min<uint32_t>(c.random, 3)]);
    if (c.rate_param && *c.rate_param) notes.push_back("rate from " + code(c.rate_param));
  } else if (std::isfinite(c.low) || std::isfinite(c.high)) {
    notes.push_back("kept in " + range_text(c.low, c.high));
  }
  return join(notes, "; ");
}

std::string columns_tables(const eg_plugin& p) {
  std::string out;
  for (const auto& list : columns_of(p)) {
    if (list.n == 0) continue;
    out += fmt::format("| {} | meaning | |\n| --- | --- | --- |\n", list.title);
    for (uint32_t i = 0; i < list.n; ++i) {
      const auto& c = list.columns[i];
      out += fmt::format("| {} | {} | {} |\n", code(c.name), cell(c.doc), column_note(list, c, p));
    }
    out += "\n";
  }
  if (p.shape != EG_SHAPE_EDGE) return out;
  const auto& t = *static_cast<const eg_edge*>(p.table);
  const auto name_list = [&](const char* what, const char* const* names, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) out += (i ? ", " : std::string(what) + " ") + code(names[i]);
    if (n > 0) out += ".\n\n";
  };
  name_list("Postsynaptic state it needs:", t.post_ports, t.n_post_ports);
  name_list("Signals the scenario must provide:", t.modulators, t.n_modulators);
  return out;
}

// Where this repository keeps a plugin, below plugins/KIND: a library is named after its folder, may hold several
// plugins, and is ours if its first word is.
std::string folder_of(const FoundPlugin& found) {
  const std::string file = found.file.stem().string();
  for (const char* vendor : {"core", "mujoco"})
    if (const auto start = fmt::format("encephagen_{}_{}_", found.plugin->kind, vendor); file.starts_with(start))
      return file.substr(start.size());
  return "";
}

// What a verb prints for --help.
std::string help_of(const Verb& verb) {
  std::ostringstream text;
  auto* const before = std::cout.rdbuf(text.rdbuf());
  try {
    verb.run({"--help"});
  } catch (...) {
    std::cout.rdbuf(before);
    throw;
  }
  std::cout.rdbuf(before);
  return text.str();
}

// ---- language.md
// -----------------------------------------------------------------------------------------------------

// Writes a table, then the tables below it that were not written yet.
void add_table(const TableSpec& spec, std::vector<const TableSpec*>& written, std::string& out) {
  if (std::ranges::find(written, &spec) != written.end()) return;
  written.push_back(&spec);
  out += fmt::format("### {}\n\n{}\n\n| key | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n",
                     spec.title, spec.doc);
  for (const auto& f : spec.fields) {
    std::string type = type_text(f.type);
    if (f.table) type += fmt::format(": [{}](#{})", escaped_brackets(f.table->title), anchor(f.table->title));
    for (size_t k = 0; k < f.kinds.size(); ++k)
      type += fmt::format("{}[{}](plugins.md#{})", k == 0 ? ": " : ", ", f.kinds[k], anchor(f.kinds[k]));
    out += fmt::format("| {}{} | {} | {} | {} | {} |\n", code(f.name), f.takes_unit ? " with its unit as suffix" : "",
                       type, f.required ? "required" : code(default_text(f)), allowed_text(f), cell(f.doc));
  }
  out += "\n";
  for (const auto& f : spec.fields)
    if (f.table) add_table(*f.table, written, out);
}

}  // namespace

std::vector<ColumnList> columns_of(const eg_plugin& p) {
  if (p.shape == EG_SHAPE_UNIT) {
    const auto& t = *static_cast<const eg_unit*>(p.table);
    return {{"state", t.state, t.n_state},
            {"inputs", t.inputs, t.n_inputs},
            {"outputs", t.outputs, t.n_outputs},
            {"random", t.random, t.n_random}};
  }
  if (p.shape == EG_SHAPE_EDGE) {
    const auto& t = *static_cast<const eg_edge*>(p.table);
    return {{"edge state", t.edge_state, t.n_edge_state},
            {"pre traces", t.pre, t.n_pre},
            {"post traces", t.post, t.n_post}};
  }
  return {};
}

std::string default_text(const Field& f) {
  if (f.required) return "required";
  const bool is_list = f.type == T::number_list || f.type == T::text_list || f.type == T::text_or_list;
  return f.preset || is_list ? write_toml_value(preset_node_of(f)) : "";
}

std::string plugins_page(const std::vector<const FoundPlugin*>& plugins) {
  std::string out =
      "# Plugins\n\n"
      "<!-- Written by `encephagen describe --all -o docs/reference`; do not edit. -->\n\n"
      "What the plugins declare. Their equations, sources and limits stand beside their code. Parameters are written "
      "under `params.` of the table that names the plugin. One marked *per unit* may be a number, a list, a "
      "distribution "
      "(`{ normal = [mean, sd] }`, `{ uniform = [low, high] }`, `{ lognormal = [median, sigma] }`) or a map from an "
      "attribute of the regions (`{ attribute = \"x\", low = a, high = b }`: a where x is lowest, b where it is "
      "highest; "
      "with `missing = c` for regions where it is not known).\n\n";
  std::string kind;
  for (const auto* found : plugins) {
    const auto& p = *found->plugin;
    if (kind != p.kind) out += fmt::format("## {}\n\n", kind = p.kind);
    out += fmt::format("### {} {}\n\nVersion {}: {}.", p.kind, p.name, p.version, p.summary);
    if (const auto folder = folder_of(*found); !folder.empty())
      out += fmt::format(" See [{1}.md](../../plugins/{0}/{1}/{1}.md).", p.kind, folder);
    out += "\n\n" + params_table(p) + columns_tables(p);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string language_page() {
  std::string out =
      "# The scenario and experiment languages\n\n"
      "<!-- Written by `encephagen describe --all -o docs/reference`; do not edit. -->\n\n"
      "Files are TOML 1.0. A key that is not listed here is an error. A key without a default may be left out.\n\n"
      "A number or distribution is a number, `{ normal = [mean, sd] }`, `{ lognormal = [median, sigma] }` or `{ "
      "uniform = "
      "[low, high] }`; with bounds `low` and `high` beside it, what falls outside is drawn again.\n\n";
  std::vector<const TableSpec*> written;
  const std::pair<const char*, const TableSpec*> parts[] = {
      {"Scenario", &scenario_spec()}, {"Experiment", &experiment_spec()}, {"Expected figures", &expected_spec()}};
  for (const auto& [title, spec] : parts) {
    out += fmt::format("## {}\n\n", title);
    add_table(*spec, written, out);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string verbs_page() {
  std::string out =
      "# The command\n\n"
      "<!-- Written by `encephagen describe --all -o docs/reference`; do not edit. -->\n\n"
      "`encephagen VERB ...`; `encephagen VERB --help` prints what stands here. Answers go to standard output, "
      "progress "
      "and messages to standard error. Exit status: 0 success; 1 simulation failed; 2 usage; 3 scenario invalid; 4 "
      "plugin missing or refused; 5 data missing or corrupt; 6 some runs of an experiment failed; 130 or 143 stopped "
      "by "
      "a signal. [Messages](messages.md) explains every message.\n\n"
      "| verb | what it does |\n| --- | --- |\n";
  for (const auto& verb : verbs()) out += fmt::format("| [{0}](#{0}) | {1} |\n", verb.name, cell(verb.summary));
  for (const auto& verb : verbs()) {
    std::string help = help_of(verb);
    while (help.ends_with('\n')) help.pop_back();
    out += fmt::format("\n## {}\n\n```text\n{}\n```\n", verb.name, help);
  }
  return out;
}

}  // namespace encephagen::cli
