// What the label of a region says.
#include "scenario/audit/region_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "host/text.hpp"

namespace encephagen {
namespace {

bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::vector<std::string> words_of(std::string_view label) {
  std::vector<std::string> out(1);
  for (const char c : label) {
    if (is_alnum(c))
      out.back() += c;
    else if (!out.back().empty())
      out.emplace_back();
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

Side side_of_word(const std::string& word) {
  const std::string w = lower(word);
  if (w == "left" || w == "lh") return Side::left;
  if (w == "right" || w == "rh") return Side::right;
  return Side::unknown;
}

Side side_of_letter(char c) {
  if (c == 'l' || c == 'L') return Side::left;
  if (c == 'r' || c == 'R') return Side::right;
  return Side::unknown;
}

char other_letter(char c) {
  constexpr std::string_view from = "lrLR", to = "rlRL";
  const auto at = from.find(c);
  return at == std::string_view::npos ? c : to[at];
}

struct Parsed {
  Side side = Side::unknown;
  std::vector<std::string> words;
};

// A side given as a word: left, lh, right, rh.
Parsed parse_word(const std::string& label) {
  Parsed p{Side::unknown, words_of(label)};
  for (auto w = p.words.begin(); w != p.words.end() && p.words.size() > 1; ++w)
    if (const Side s = side_of_word(*w); s != Side::unknown) {
      p.side = s;
      p.words.erase(w);
      return p;
    }
  return p;
}

// A side given by the first or last letter. It is a word of its own or not; the partner with the other letter exists or
// not: "rPUL.L" is right if there is an "lPUL.L" but no "rPUL.R".
Parsed parse_letter(const std::string& label, const std::set<std::string>& all, bool is_word, bool has_partner) {
  for (const bool at_end : {true, false}) {
    if (label.size() < 2) break;
    const size_t at = at_end ? label.size() - 1 : 0;
    if (side_of_letter(label[at]) == Side::unknown || is_alnum(label[at_end ? at - 1 : 1]) == is_word) continue;
    std::string partner = label;
    partner[at] = other_letter(label[at]);
    if (all.contains(partner) != has_partner) continue;
    return {side_of_letter(label[at]), words_of(at_end ? label.substr(0, at) : label.substr(1))};
  }
  return {Side::unknown, words_of(label)};
}

Parsed parse(const std::string& label, const std::set<std::string>& all) {
  Parsed p = parse_word(label);
  if (p.side == Side::unknown) p = parse_letter(label, all, true, true);
  if (p.side == Side::unknown) p = parse_letter(label, all, false, true);
  if (p.side == Side::unknown) p = parse_letter(label, all, true, false);
  return p;
}

// Names of maps and tissue that stand before the region's own name.
bool is_map_word(const std::string& w) {
  static const std::set<std::string> words = {"rm", "mm82a", "ctx", "7networks", "17networks"};
  return words.contains(w);
}

bool matches_any(const std::string& key, std::initializer_list<std::string_view> patterns) {
  return std::ranges::any_of(patterns, [&](auto p) { return glob_match(p, key); });
}

Structure structure_of(const std::string& base, const std::string& key) {
  if (matches_any(key, {"*hypothal*", "*subthal*", "*epithal*"})) return Structure::other_deep;
  if (base.starts_with("tm-") || matches_any(key, {"*thalam*", "thal"})) return Structure::thalamus;
  if (matches_any(key, {"bgcd", "bgpu", "bgacc", "*caudate*", "caud", "*putamen*", "put", "*accumb*", "*striat*"}))
    return Structure::striatum;
  if (matches_any(key, {"bgpa", "*pallid*", "pal", "gpe", "gpi"})) return Structure::pallidum;
  if (base.starts_with("bg-") ||
      matches_any(key, {"*amyg*", "*hippo*", "*cerebell*", "*brainstem*", "*ventraldc*", "*nigra*"}))
    return Structure::other_deep;
  return Structure::cortex;
}

// "vis" of "vis-3"; empty if the name is no numbered one.
std::string series_of(const std::string& base) {
  const auto dash = base.rfind('-');
  if (dash == std::string::npos || base.find_first_not_of("0123456789", dash + 1) != std::string::npos) return "";
  return base.substr(0, dash);
}

void mark_numbered(std::vector<RegionName>& names) {
  std::map<std::string, std::map<Side, size_t>> members;
  for (const auto& name : names) ++members[series_of(name.base)][name.side];
  for (auto& name : names) {
    const auto series = series_of(name.base);
    const auto& sides = members[series];
    if (series.empty() || std::ranges::all_of(sides, [](const auto& side) { return side.second < 2; })) continue;
    name.is_numbered = true;
    name.key += " of " + std::to_string(sides.at(name.side));
  }
}

Side side_of_attribute(const std::string& text) {
  if (text == "left") return Side::left;
  if (text == "right") return Side::right;
  return text == "both" ? Side::both : Side::unknown;
}

}  // namespace

std::vector<RegionName> region_names(const eg::Connectome& c) {
  const std::set<std::string> all(c.labels.begin(), c.labels.end());
  const auto* hemisphere = c.attribute("hemisphere");
  std::vector<RegionName> out;
  for (size_t i = 0; i < c.size(); ++i) {
    Parsed p = parse(c.labels[i], all);
    RegionName name;
    name.label_side = p.side;
    for (auto& w : p.words) w = lower(w);
    while (p.words.size() > 1 && is_map_word(p.words.front())) p.words.erase(p.words.begin());
    name.base = join(p.words, "-");
    name.key = join(p.words, "");
    name.structure = structure_of(name.base, name.key);
    const bool given = hemisphere && hemisphere->texts.size() == c.size();
    name.side = given ? side_of_attribute(hemisphere->texts[i]) : p.side;
    out.push_back(std::move(name));
  }
  mark_numbered(out);
  return out;
}

std::string_view side_text(Side side) {
  constexpr std::array<std::string_view, 4> words = {"unknown", "left", "right", "both"};
  return words[static_cast<size_t>(side)];
}

}  // namespace encephagen
