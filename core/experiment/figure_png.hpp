// SVG figures as PNG, by the program rsvg-convert.
#pragma once
#include <filesystem>
#include <string>

namespace encephagen {

// Draws `svg` into `png` at twice its size. Returns "", or why it could not be done, in words for the user.
std::string write_png(const std::filesystem::path& svg, const std::filesystem::path& png);

}  // namespace encephagen
