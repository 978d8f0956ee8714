// Small text tools for the file readers: cells to numbers, names for messages.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace files {

std::string lower(std::string_view text);
std::string_view trim(std::string_view text);  // without blanks, tabs and carriage returns at both ends

// A number in any notation a text file may use: "3", "+3.0", "4.83e-01", ".5", "1.0D+00", "nan", "-inf".
// Empty when the whole cell is not one number.
std::optional<double> to_number(std::string_view cell);

// What tables write where a value is not known: "", "na", "n/a", "nan", "null", "none" in any case.
bool is_missing(std::string_view cell);

std::string show(double value);  // the shortest text that reads back as the same number

// "'a', 'b', 'c' and 4 more"
std::string name_list(std::span<const std::string> names, size_t at_most = 8);

// "2 regions", "1 region"
std::string count_of(size_t n, std::string_view singular, std::string_view plural);

namespace detail {
inline void append(std::string& to, std::string_view part) { to += part; }
inline void append(std::string& to, double part) { to += show(part); }
template <class T>
requires std::is_integral_v<T>
void append(std::string& to, T part) { to += std::to_string(part); }
}  // namespace detail

// One text from texts and numbers.
template <class... T>
std::string say(const T&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

}  // namespace files
