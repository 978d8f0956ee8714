// Small text helpers that messages are made of.
#include "host/text.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace encephagen {
namespace {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t up = row[j];
      row[j] = std::min({up + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1] ? 1u : 0u)});
      diagonal = up;
    }
  }
  return row.back();
}

char lower_char(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

std::optional<std::string> nearest(std::string_view wanted, const std::vector<std::string>& candidates) {
  const std::string want = lower(wanted);
  std::optional<std::string> best;
  size_t limit = std::max<size_t>(2, wanted.size() / 3) + 1;
  for (const auto& c : candidates) {
    const std::string have = lower(c);
    size_t d = edit_distance(want, have);
    // A key without its unit ("tau_m" for "tau_m_ms", "tau" for "tau_m_ms") is the commonest slip of all.
    if (want.size() >= 2 && have.starts_with(want + "_")) d = std::min<size_t>(d, 2);
    if (d < limit) limit = d, best = c;
  }
  return best;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& candidates) {
  const auto best = nearest(wanted, candidates);
  return best ? "; did you mean '" + *best + "'?" : "";
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower_char);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) { return lower(a) == lower(b); }

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) out += (i ? std::string(separator) : "") + parts[i];
  return out;
}

bool glob_match(std::string_view pattern, std::string_view text, bool case_sensitive) {
  size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  const auto same = [&](char a, char b) { return case_sensitive ? a == b : lower_char(a) == lower_char(b); };
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace encephagen
