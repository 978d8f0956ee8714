// What an audit of a connectome finds.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace encephagen {

// ok: a check that was passed, with its evidence. note: worth knowing. warning: likely to mislead. error: the data are
// not what they claim to be.
enum class Severity { ok, note, warning, error };

constexpr std::string_view severity_text(Severity s) {
  constexpr std::string_view words[] = {"ok", "note", "warning", "error"};
  return words[static_cast<size_t>(s)];
}

struct Finding {
  std::string check;  // kebab-case, area first: "label-order"
  Severity severity = Severity::ok;
  std::string text;                                           // what was found, with numbers
  std::string action;                                         // what to do about it; empty if nothing is
  std::vector<std::pair<std::string, double>> evidence = {};  // the numbers of the text, for programs
};

}  // namespace encephagen
