// Reads typed values out of a table that passed its check; what is missing or of the wrong type reads as its default.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "scenario/node.hpp"

namespace encephagen {

struct View {
  const Node& table;

  double number(std::string_view key, double otherwise = 0) const {
    const auto* n = table.find(key);
    return n && n->is_number() ? n->number : otherwise;
  }
  int64_t integer(std::string_view key, int64_t otherwise = 0) const {
    const auto* n = table.find(key);
    return n ? n->integer : otherwise;
  }
  bool flag(std::string_view key) const {
    const auto* n = table.find(key);
    return n && n->flag;
  }
  std::string text(std::string_view key) const {
    const auto* n = table.find(key);
    return n ? n->text : "";
  }
  // The texts of a list, with their places.
  std::vector<const Node*> text_nodes(std::string_view key) const {
    std::vector<const Node*> out;
    if (const auto* n = table.find(key))
      for (const auto& i : n->items)
        if (i.is(Node::Kind::text)) out.push_back(&i);
    return out;
  }
  std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> out;
    for (const auto* n : text_nodes(key)) out.push_back(n->text);
    return out;
  }
  bool has(std::string_view key) const { return table.find(key) != nullptr; }
  Position at(std::string_view key) const {
    const auto* n = table.find(key);
    return n ? n->at : table.at;
  }
};

}  // namespace encephagen
