// A drawing as SVG that grows; everything stands at fixed places in pixels.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace encephagen {

class Svg {
 public:
  void text(double x, double y, const std::string& what, const char* anchor = "start", double size = 12,
            const char* fill = "#222");
  // Turned anticlockwise by a right angle around its place.
  void upward_text(double x, double y, const std::string& what, double size = 11, const char* fill = "#555");
  void box(double x, double y, double w, double h, const std::string& fill);
  void line(double x1, double y1, double x2, double y2, const char* stroke, double width);
  void dot(double x, double y, double radius, const std::string& fill, double opacity = 1);
  // Points that are not finite are left out.
  void path(const std::vector<std::pair<double, double>>& points, const std::string& stroke, double width);
  // The area between `low` and `high`, which have the same x.
  void band(const std::vector<std::pair<double, double>>& low, const std::vector<std::pair<double, double>>& high,
            const std::string& fill);
  std::string page(double width, double height, const std::string& title) const;

 private:
  std::string body_;
};

// From [low, high] onto [from, to] pixels, with about `n` round numbers between.
struct SvgAxis {
  double low = 0, high = 1, from = 0, to = 1;
  bool is_log = false;
  double at(double v) const;
  std::vector<double> ticks(int n) const;
};
// The least and greatest finite value with a margin; 0 and 1 if there is none.
SvgAxis axis_of(const std::vector<double>& values, double from, double to, bool with_zero = false);

// A name as part of a file's name.
std::string file_part(std::string name);

}  // namespace encephagen
