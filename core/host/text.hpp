// Small text helpers that messages are made of.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace encephagen {

// The candidate closest to `wanted` (Levenshtein distance at most a third of its length, at least 2), if any.
std::optional<std::string> nearest(std::string_view wanted, const std::vector<std::string>& candidates);

// "; did you mean 'x'?" or "".
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& candidates);

std::string lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Does `text` match `pattern`, where * stands for any characters? Case is ignored unless asked for.
bool glob_match(std::string_view pattern, std::string_view text, bool case_sensitive = false);

}  // namespace encephagen
