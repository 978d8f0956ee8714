// A drawing as SVG that grows; everything stands at fixed places in pixels.
#include "experiment/svg_drawing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace encephagen {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

std::string points_text(const std::vector<std::pair<double, double>>& points) {
  std::string out;
  for (const auto& [x, y] : points)
    if (std::isfinite(x) && std::isfinite(y)) out += fmt::format("{}{:.1f},{:.1f}", out.empty() ? "" : " ", x, y);
  return out;
}

}  // namespace

void Svg::text(double x, double y, const std::string& what, const char* anchor, double size, const char* fill) {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" fill=\"{}\">{}</text>\n", x,
                       y, anchor, size, fill, escaped(what));
}

void Svg::upward_text(double x, double y, const std::string& what, double size, const char* fill) {
  body_ += fmt::format(
      "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"middle\" font-size=\"{2}\" fill=\"{3}\" transform=\"rotate(-90 "
      "{0:.1f} {1:.1f})\">{4}</text>\n",
      x, y, size, fill, escaped(what));
}

void Svg::box(double x, double y, double w, double h, const std::string& fill) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n", x, y, w, h,
                       fill);
}

void Svg::line(double x1, double y1, double x2, double y2, const char* stroke, double width) {
  body_ += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"{}\"/>\n",
      x1, y1, x2, y2, stroke, width);
}

void Svg::dot(double x, double y, double radius, const std::string& fill, double opacity) {
  body_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" fill-opacity=\"{}\"/>\n", x, y, radius,
                       fill, opacity);
}

void Svg::path(const std::vector<std::pair<double, double>>& points, const std::string& stroke, double width) {
  body_ += fmt::format(
      "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"/>\n",
      points_text(points), stroke, width);
}

void Svg::band(const std::vector<std::pair<double, double>>& low, const std::vector<std::pair<double, double>>& high,
               const std::string& fill) {
  auto outline = low;
  outline.insert(outline.end(), high.rbegin(), high.rend());
  body_ += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"0.16\"/>\n", points_text(outline), fill);
}

std::string Svg::page(double width, double height, const std::string& title) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
      "{1:.0f}\" "
      "font-family=\"sans-serif\" role=\"img\">\n<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"#fff\"/>\n{3}</svg>\n",
      width, height, escaped(title), body_);
}

double SvgAxis::at(double v) const {
  const auto place = [&](double x) { return is_log ? std::log10(x) : x; };
  return from + (to - from) * (place(v) - place(low)) / (place(high) - place(low));
}

std::vector<double> SvgAxis::ticks(int n) const {
  std::vector<double> out;
  if (is_log) {
    for (int e = static_cast<int>(std::floor(std::log10(low))); e <= static_cast<int>(std::ceil(std::log10(high))); ++e)
      for (const double m : {1.0, 3.0})
        if (const double t = m * std::pow(10, e); t >= low * 0.999 && t <= high * 1.001) out.push_back(t);
    return out;
  }
  const double raw = (high - low) / n, power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double m : {5.0, 2.0, 1.0})
    if (m * power >= raw) step = m * power;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1)
    out.push_back(k == 0 ? 0 : k * step);
  return out;
}

SvgAxis axis_of(const std::vector<double>& values, double from, double to, bool with_zero) {
  double low = with_zero ? 0 : HUGE_VAL, high = with_zero ? 0 : -HUGE_VAL;
  for (const double v : values)
    if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  if (low > high) low = 0, high = 1;
  double margin = 0.05 * (high - low);
  if (!(margin > 0)) margin = 0.5;
  return {with_zero && low == 0 ? 0 : low - margin, with_zero && high == 0 ? 0 : high + margin, from, to};
}

std::string file_part(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '_';
  return name;
}

}  // namespace encephagen
