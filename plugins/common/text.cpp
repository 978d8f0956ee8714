// Small text tools for the file readers.
#include "text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace files {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f";
  const size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<double> to_number(std::string_view cell) {
  std::string text = lower(trim(cell));
  if (text.starts_with('+')) text.erase(0, 1);
  if (text.empty() || text.starts_with('+') || text.starts_with("nan(")) return std::nullopt;
  if (const size_t d = text.find('d'); d != std::string::npos) text[d] = 'e';  // Fortran's double exponent
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end) return std::nullopt;
  // Too large or too small for a double: from_chars leaves the value alone and the caller must not take 0 for it.
  if (error == std::errc::result_out_of_range) {
    const size_t e = text.find('e');
    const bool is_tiny = e != std::string::npos && text.find('-', e) != std::string::npos;
    return is_tiny ? 0.0 : (text.starts_with('-') ? -HUGE_VAL : HUGE_VAL);
  }
  if (error != std::errc{}) return std::nullopt;
  return value;
}

bool is_missing(std::string_view cell) {
  const std::string text = lower(trim(cell));
  return text.empty() || text == "na" || text == "n/a" || text == "nan" || text == "null" || text == "none";
}

std::string show(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string name_list(std::span<const std::string> names, size_t at_most) {
  std::string out;
  for (size_t i = 0; i < names.size() && i < at_most; ++i) out += say(i ? ", '" : "'", names[i], "'");
  if (names.size() > at_most) out += say(" and ", names.size() - at_most, " more");
  return out;
}

std::string count_of(size_t n, std::string_view singular, std::string_view plural) {
  return say(n, " ", n == 1 ? singular : plural);
}

}  // namespace files
