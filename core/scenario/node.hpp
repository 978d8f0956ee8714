// A TOML file as a tree of values that remember where they were written.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace encephagen {

// file "--set" with line 0: from the command line; an empty file: a default.
struct Position {
  std::string file;
  uint32_t line = 0, column = 0;
  std::string text() const;  // "a.toml:3:7", "--set", "default"
};

struct Node {
  enum class Kind { table, array, text, integer, number, flag };
  struct Member;

  Kind kind = Kind::table;
  Position at;
  std::string text;
  int64_t integer = 0;
  double number = 0;  // also filled for integers
  bool flag = false;
  std::vector<Node> items;      // array
  std::vector<Member> members;  // table, in the order they were written

  static Node of_text(std::string v);
  static Node of_integer(int64_t v);
  static Node of_number(double v);
  static Node of_flag(bool v);
  static Node of_array(std::vector<Node> v);

  bool is(Kind k) const { return kind == k; }
  bool is_number() const { return kind == Kind::number || kind == Kind::integer; }
  // Member of a table; null if absent or if this is no table.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  const Position& key_position(std::string_view key) const;
  // The member, made if absent (with `value`).
  Node& set(std::string_view key, Node value);
  bool erase(std::string_view key);
  // "a table", "text", "an integer" ... for messages.
  std::string_view kind_name() const;
};

struct Node::Member {
  std::string key;
  Position key_at;
  Node value;
};

// Merges `over` into `base`: tables merge, everything else is replaced.
void merge(Node& base, const Node& over);

// Walks "long_range.0.global_coupling"; null if a step does not exist. Array items are addressed by
// number, or tables by their name or id.
Node* find_path(Node& root, std::string_view path);
// Sets a value at a path, making tables on the way (never array items). False: the path runs through something that is
// neither a table nor an existing array item.
bool set_path(Node& root, std::string_view path, Node value);

}  // namespace encephagen
