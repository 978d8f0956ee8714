// A TOML file as a tree of values that remember where they were written.
#include "scenario/node.hpp"

#include <algorithm>
#include <charconv>

namespace encephagen {
namespace {

// Next step of a dotted path; "quoted.keys" may hold dots.
std::string_view next_step(std::string_view& path) {
  if (path.starts_with('"')) {
    const auto end = path.find('"', 1);
    const auto step = path.substr(1, end == std::string_view::npos ? end : end - 1);
    path = end == std::string_view::npos || end + 2 > path.size() ? "" : path.substr(end + 2);
    return step;
  }
  const auto dot = path.find('.');
  const auto step = path.substr(0, dot);
  path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  return step;
}

// By number, or a table by its name or id: "arm.real.replicates".
Node* item_at(Node& array, std::string_view step) {
  for (auto& item : array.items)
    for (const char* key : {"name", "id"})
      if (const auto* name = item.find(key); name && name->is(Node::Kind::text) && name->text == step) return &item;
  size_t index = 0;
  const auto [end, ec] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (ec != std::errc{} || end != step.data() + step.size() || index >= array.items.size()) return nullptr;
  return &array.items[index];
}

}  // namespace

std::string Position::text() const {
  if (file.empty()) return "default";
  return line == 0 ? file : file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Node Node::of_text(std::string v) {
  Node n;
  n.kind = Kind::text, n.text = std::move(v);
  return n;
}
Node Node::of_integer(int64_t v) {
  Node n;
  n.kind = Kind::integer, n.integer = v, n.number = static_cast<double>(v);
  return n;
}
Node Node::of_number(double v) {
  Node n;
  n.kind = Kind::number, n.number = v;
  return n;
}
Node Node::of_flag(bool v) {
  Node n;
  n.kind = Kind::flag, n.flag = v;
  return n;
}
Node Node::of_array(std::vector<Node> v) {
  Node n;
  n.kind = Kind::array, n.items = std::move(v);
  return n;
}

const Node* Node::find(std::string_view key) const {
  for (const auto& m : members)
    if (m.key == key) return &m.value;
  return nullptr;
}
Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

const Position& Node::key_position(std::string_view key) const {
  for (const auto& m : members)
    if (m.key == key) return m.key_at;
  return at;
}

Node& Node::set(std::string_view key, Node value) {
  if (auto* there = find(key)) return *there = std::move(value);
  const Position where = value.at;
  members.push_back({std::string(key), where, std::move(value)});
  return members.back().value;
}

bool Node::erase(std::string_view key) {
  return std::erase_if(members, [&](const auto& m) { return m.key == key; }) > 0;
}

std::string_view Node::kind_name() const {
  switch (kind) {
    case Kind::table:
      return "a table";
    case Kind::array:
      return "a list";
    case Kind::text:
      return "text";
    case Kind::integer:
      return "an integer";
    case Kind::number:
      return "a number";
    default:
      return "true or false";
  }
}

void merge(Node& base, const Node& over) {
  if (!base.is(Node::Kind::table) || !over.is(Node::Kind::table)) {
    base = over;
    return;
  }
  for (const auto& m : over.members) {
    if (auto* there = base.find(m.key))
      merge(*there, m.value);
    else
      base.members.push_back(m);
  }
}

Node* find_path(Node& root, std::string_view path) {
  Node* at = &root;
  while (!path.empty()) {
    const auto step = next_step(path);
    at = at->is(Node::Kind::array) ? item_at(*at, step) : at->find(step);
    if (!at) return nullptr;
  }
  return at;
}

bool set_path(Node& root, std::string_view path, Node value) {
  Node* at = &root;
  while (true) {
    const auto step = next_step(path);
    if (at->is(Node::Kind::array)) {
      at = item_at(*at, step);
      if (!at) return false;
    } else if (at->is(Node::Kind::table)) {
      auto* next = at->find(step);
      if (!next) {
        Node empty;
        empty.at = value.at;
        next = &at->set(step, empty);
      }
      at = next;
    } else {
      return false;
    }
    if (path.empty()) {
      *at = std::move(value);
      return true;
    }
  }
}

}  // namespace encephagen
