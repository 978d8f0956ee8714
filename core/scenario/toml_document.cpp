// Reads and writes TOML. The only place that knows toml++.
#include "scenario/toml_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <tuple>
#define TOML_HEADER_ONLY 0
#define TOML_SHARED_LIB 1
#include <toml++/toml.h>

#include "host/failure.hpp"

namespace encephagen {
namespace {

Position position(const toml::source_region& r, const std::string& name) {
  return {name, static_cast<uint32_t>(r.begin.line), static_cast<uint32_t>(r.begin.column)};
}

// By reference all the way: a copied toml++ table has lost its positions.
Node convert(const toml::node& from, const std::string& name) {
  Node to;
  if (const auto* t = from.as_table()) {
    for (const auto& [key, value] : *t)
      to.members.push_back({std::string(key.str()), position(key.source(), name), convert(value, name)});
    // toml++ sorts by key; what the user wrote first comes first here.
    std::ranges::stable_sort(to.members, {},
                             [](const Node::Member& m) { return std::tuple(m.key_at.line, m.key_at.column); });
  } else if (const auto* a = from.as_array()) {
    to.kind = Node::Kind::array;
    for (const auto& item : *a) to.items.push_back(convert(item, name));
  } else if (const auto* s = from.as_string()) {
    to = Node::of_text(s->get());
  } else if (const auto* i = from.as_integer()) {
    to = Node::of_integer(i->get());
  } else if (const auto* d = from.as_floating_point()) {
    to = Node::of_number(d->get());
  } else if (const auto* b = from.as_boolean()) {
    to = Node::of_flag(b->get());
  } else {
    throw Failure(Exit::scenario_invalid,
                  position(from.source(), name).text() + ": dates and times have no meaning here");
  }
  to.at = position(from.source(), name);
  return to;
}

std::string basic_string(std::string_view s) {
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string(key) : basic_string(key);
}

bool is_table_array(const Node& n) {
  return n.is(Node::Kind::array) && !n.items.empty() &&
         std::ranges::all_of(n.items, [](const Node& i) { return i.is(Node::Kind::table); });
}

void write_table(const Node& table, const std::string& path, std::string& out) {
  for (const auto& m : table.members)
    if (!m.value.is(Node::Kind::table) && !is_table_array(m.value))
      out += fmt::format("{} = {}\n", key_text(m.key), write_toml_value(m.value));
  for (const auto& m : table.members) {
    const std::string below = path.empty() ? key_text(m.key) : path + "." + key_text(m.key);
    if (m.value.is(Node::Kind::table)) {
      out += fmt::format("\n[{}]\n", below);
      write_table(m.value, below, out);
    } else if (is_table_array(m.value)) {
      for (const auto& item : m.value.items) {
        out += fmt::format("\n[[{}]]\n", below);
        write_table(item, below, out);
      }
    }
  }
}

}  // namespace

Node parse_toml(std::string_view text, const std::string& name) {
  try {
    const toml::table table = toml::parse(text, std::string_view(name));
    return convert(table, name);
  } catch (const toml::parse_error& e) {
    throw Failure(Exit::scenario_invalid, position(e.source(), name).text() + ": " + std::string(e.description()));
  }
}

Node read_toml(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    throw Failure(Exit::scenario_invalid,
                  fmt::format("{}: cannot be read: no such file, or no permission", file.string()));
  std::ostringstream text;
  text << in.rdbuf();
  return parse_toml(text.str(), file.string());
}

Node parse_toml_value(std::string_view text, const Position& origin) {
  Node value = Node::of_text(std::string(text));
  try {
    const toml::table table = toml::parse("value = " + std::string(text), std::string_view("value"));
    if (const auto* v = table.get("value"); v && table.size() == 1) value = convert(*v, "value");
  } catch (const toml::parse_error&) {
  }
  const auto mark = [&](auto&& self, Node& n) -> void {
    n.at = origin;
    for (auto& i : n.items) self(self, i);
    for (auto& m : n.members) m.key_at = origin, self(self, m.value);
  };
  mark(mark, value);
  return value;
}

std::string write_toml_value(const Node& v) {
  switch (v.kind) {
    case Node::Kind::text:
      return basic_string(v.text);
    case Node::Kind::integer:
      return fmt::format("{}", v.integer);
    case Node::Kind::flag:
      return v.flag ? "true" : "false";
    case Node::Kind::number: {
      if (std::isnan(v.number)) return "nan";
      if (std::isinf(v.number)) return v.number > 0 ? "inf" : "-inf";
      std::string s = fmt::format("{}", v.number);
      return s.find_first_of(".e") == std::string::npos ? s + ".0" : s;
    }
    case Node::Kind::array: {
      std::string s = "[";
      for (size_t i = 0; i < v.items.size(); ++i) s += (i ? ", " : "") + write_toml_value(v.items[i]);
      return s + "]";
    }
    default: {
      std::string s = "{";
      for (size_t i = 0; i < v.members.size(); ++i)
        s += fmt::format("{} {} = {}", i ? "," : "", key_text(v.members[i].key), write_toml_value(v.members[i].value));
      return s + " }";
    }
  }
}

std::string write_toml(const Node& root) {
  std::string out;
  write_table(root, "", out);
  return out;
}

}  // namespace encephagen
