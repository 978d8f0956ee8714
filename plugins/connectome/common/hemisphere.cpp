// Which hemisphere a region lies in, from its label.
#include "hemisphere.hpp"

#include <algorithm>
#include <set>

#include "text.hpp"

namespace connectomes {

using namespace files;
namespace {

bool is_word_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) > 127;
}

std::vector<std::string> words_of(std::string_view label) {
  std::vector<std::string> words(1);
  for (const char c : label) {
    if (is_word_letter(c))
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  for (auto& w : words) w = lower(w);
  return words;
}

constexpr unsigned left = 1, right = 2;

unsigned side_of_word(const std::string& word) {
  if (word == "left" || word == "lh") return left;
  if (word == "right" || word == "rh") return right;
  return 0;
}
unsigned side_of_letter(char c) { return c == 'l' || c == 'L' ? left : c == 'r' || c == 'R' ? right : 0; }
char other_side(char c) {
  constexpr std::string_view from = "lLrR", to = "rRlL";
  return to[from.find(c)];
}

unsigned from_words(std::string_view label) {
  const auto words = words_of(label);
  unsigned side = 0;
  for (const auto& w : words) side |= side_of_word(w);
  if (side || words.size() < 2) return side;
  for (const auto* w : {&words.front(), &words.back()})
    if (w->size() == 1) side |= side_of_letter(w->front());
  return side;
}

unsigned from_mirror(const std::string& label, const std::set<std::string, std::less<>>& all) {
  for (const size_t at : {size_t{0}, label.size() - 1}) {
    const unsigned side = side_of_letter(label[at]);
    if (!side) continue;
    std::string mirror = label;
    mirror[at] = other_side(mirror[at]);
    if (all.contains(mirror)) return side;
  }
  return 0;
}

bool starts_small_then_capital(const std::string& label) {
  return label.size() > 1 && (label[0] == 'l' || label[0] == 'r') && label[1] >= 'A' && label[1] <= 'Z';
}

bool has_mirror(const std::string& label, const std::set<std::string, std::less<>>& all) {
  std::string mirror = label;
  mirror[0] = other_side(mirror[0]);
  return all.contains(mirror);
}

}  // namespace

std::vector<std::string> hemispheres_of(std::span<const std::string> labels) {
  if (labels.empty()) return {};
  const std::set<std::string, std::less<>> all(labels.begin(), labels.end());
  const bool is_prefixed = std::ranges::all_of(labels, starts_small_then_capital);
  const auto is_paired = [&](const auto& label) { return has_mirror(label, all); };
  const auto is_silent = [](unsigned side) { return side == 0; };
  std::vector<unsigned> sides;
  if (is_prefixed && std::ranges::all_of(labels, is_paired)) {
    for (const auto& label : labels) sides.push_back(side_of_letter(label[0]));
  } else {
    for (const auto& label : labels) {
      unsigned side = from_words(label);
      if (!side && !label.empty()) side = from_mirror(label, all);
      sides.push_back(side);
    }
  }
  const auto starts_like_first = [&](const auto& label) { return label[0] == labels[0][0]; };
  if (is_prefixed && std::ranges::all_of(sides, is_silent) && std::ranges::all_of(labels, starts_like_first))
    sides.assign(labels.size(), side_of_letter(labels[0][0]));
  std::vector<std::string> out;
  if (std::ranges::all_of(sides, is_silent)) return out;
  for (const unsigned s : sides) out.emplace_back(s == left ? "left" : s == right ? "right" : "both");
  return out;
}

std::string hemisphere_word(std::string_view cell) {
  const std::string word = lower(trim(cell));
  if (word == "l" || word == "left" || word == "lh") return "left";
  if (word == "r" || word == "right" || word == "rh") return "right";
  for (const char* both : {"b", "both", "bilateral", "midline", "m", "none", "-", ""})
    if (word == both) return "both";
  return {};
}

}  // namespace connectomes
