// Figures of an experiment: SVG files drawn from its claims.json.
#include "experiment/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "experiment/text_table.hpp"
#include "host/failure.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

double number(const Json& v) { return v.is_number() ? v.get<double>() : std::nan(""); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

// A drawing that grows; everything stands at fixed places in pixels.
class Svg {
 public:
  void text(double x, double y, const std::string& what, const char* anchor = "start", double size = 12,
            const char* fill = "#222") {
    body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" fill=\"{}\">{}</text>\n",
                         x, y, anchor, size, fill, escaped(what));
  }
  void box(double x, double y, double w, double h, const std::string& fill) {
    body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n", x, y, w,
                         h, fill);
  }
  void line(double x1, double y1, double x2, double y2, const char* stroke, double width) {
    body_ += fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
        "stroke-width=\"{}\"/>\n",
        x1, y1, x2, y2, stroke, width);
  }
  std::string page(double width, double height, const std::string& title) const {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
        "{1:.0f}\" "
        "font-family=\"sans-serif\" role=\"img\">\n<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" "
        "fill=\"#fff\"/>\n{3}</svg>\n",
        width, height, escaped(title), body_);
  }

 private:
  std::string body_;
};

// White at 0 and below, dark blue at 1: readable in grey, and with every colour vision.
std::string shade(double explained) {
  const double t = std::clamp(explained, 0.0, 1.0);
  const auto mix = [&](double from, double to) { return static_cast<int>(std::lround(from + (to - from) * t)); };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(255, 8), mix(255, 69), mix(255, 148));
}

std::string decomposition_figure(const Json& d) {
  constexpr double left = 230, top = 70, row = 18, letter = 6.6;
  double column = 60;
  for (const auto& rung : d["ladder"])
    column = std::max(column, 12 + letter * static_cast<double>(rung.value("arm", "").size()));
  Svg svg;
  svg.text(10, 20, d.value("id", "") + ": " + d.value("text", ""), "start", 14);
  svg.text(10, 38,
           "number: z of the real graph; colour: explained fraction E, white 0 to blue 1; * significant, = reproduced",
           "start", 11, "#555");
  const auto& ladder = d["ladder"];
  for (size_t k = 0; k < ladder.size(); ++k)
    svg.text(left + column * (static_cast<double>(k) + 0.5), top - 6, ladder[k].value("arm", ""), "middle", 11);
  const double level_x = left + column * static_cast<double>(ladder.size()) + 12;
  svg.text(level_x, top - 6, "level", "start", 11);
  double y = top;
  for (const auto& m : d["metrics"]) {
    svg.text(left - 8, y + 13, m.value("metric", ""), "end");
    for (size_t k = 0; k < m["rungs"].size(); ++k) {
      const auto& r = m["rungs"][k];
      const double x = left + column * static_cast<double>(k), explained = number(r["explained"]);
      const bool is_reference = std::isnan(explained);
      svg.box(x + 1, y + 1, column - 2, row - 2, is_reference ? "#eee" : shade(explained));
      const auto label = fmt::format("{:.1f}{}{}", number(r["z"]), r.value("significant", false) ? "*" : "",
                                     r.value("reproduced", false) ? " =" : "");
      svg.text(x + column / 2, y + 13, label, "middle", 11, !is_reference && explained > 0.55 ? "#fff" : "#222");
    }
    svg.text(level_x, y + 13, m.value("level", ""));
    y += row;
  }
  return svg.page(level_x + 110, y + 20, d.value("id", ""));
}

// One panel of the small multiples.
void histogram(Svg& svg, double x, double y, double width, double height, const Json& claim) {
  const double real = number(claim["sides"][0]["mean"]);
  std::vector<double> nulls;
  for (const auto& v : claim["sides"][1]["values"])
    if (v.is_number()) nulls.push_back(v.get<double>());
  double low = real, high = real;
  for (const double v : nulls) low = std::min(low, v), high = std::max(high, v);
  const double margin = high > low ? 0.05 * (high - low) : 1;
  low -= margin, high += margin;
  std::array<double, 24> bins{};
  const auto bin_of = [&](double v) {
    return std::min(bins.size() - 1, static_cast<size_t>((v - low) / (high - low) * static_cast<double>(bins.size())));
  };
  for (const double v : nulls) bins[bin_of(v)] += 1;
  const double most = std::max(1.0, *std::ranges::max_element(bins)), base = y + height - 16;
  const double scale = (height - 50) / most, step = width / static_cast<double>(bins.size());
  svg.text(x, y + 12, claim.value("id", ""), "start", 11);
  const double q = number(claim["q"]);
  svg.text(x, y + 26,
           fmt::format("p = {}{}", number_cell(number(claim["p"])), std::isnan(q) ? "" : ", q = " + number_cell(q)),
           "start", 10, "#555");
  for (size_t b = 0; b < bins.size(); ++b)
    svg.box(x + step * static_cast<double>(b), base - scale * bins[b], step - 1, scale * bins[b], "#9db8d9");
  svg.line(x, base, x + width, base, "#888", 1);
  const double at = x + width * (real - low) / (high - low);
  svg.line(at, y + 32, at, base, "#c1440e", 2);
  svg.text(x, base + 12, number_cell(low + margin), "start", 9, "#555");
  svg.text(x + width, base + 12, number_cell(high - margin), "end", 9, "#555");
}

// The claims with nulls, members of screens among them.
void collect_ranks(const Json& claims, std::vector<Json>& out) {
  for (const auto& c : claims) {
    if (c.contains("members")) collect_ranks(c["members"], out);
    const bool is_rank = c.contains("test") && c["test"].value("kind", "") == "rank" && c["sides"].size() == 2;
    if (is_rank && c["sides"][1]["values"].size() > 1 && c["sides"][0]["mean"].is_number()) out.push_back(c);
  }
}

// An id as part of a file's name.
std::string file_part(std::string id) {
  for (char& c : id)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '_';
  return id;
}

}  // namespace

std::vector<fs::path> write_figures(const fs::path& folder, const fs::path& target) {
  const auto results = Json::parse(text_of_file(folder / "claims.json"), nullptr, false);
  if (results.is_discarded())
    throw Failure(Exit::data_unusable, fmt::format("{}: holds no results: there is no claims.json", folder.string()));
  std::vector<fs::path> out;
  fs::create_directories(target);
  if (results.contains("decompositions"))
    for (const auto& d : results["decompositions"]) {
      if (d["metrics"].empty()) continue;
      out.push_back(target / fmt::format("decomposition_{}.svg", file_part(d.value("id", ""))));
      replace_file(out.back(), decomposition_figure(d));
    }
  std::vector<Json> ranks;
  collect_ranks(results["claims"], ranks);
  if (ranks.empty()) return out;
  constexpr double width = 190, height = 130, gap = 20;
  constexpr size_t columns = 4;
  Svg svg;
  for (size_t i = 0; i < ranks.size(); ++i) {
    const size_t column = i % columns, row = i / columns;
    histogram(svg, gap + (width + gap) * static_cast<double>(column), gap + (height + gap) * static_cast<double>(row),
              width, height, ranks[i]);
  }
  const auto used = std::min(columns, ranks.size());
  const auto n_rows = (ranks.size() + columns - 1) / columns;
  out.push_back(target / "nulls.svg");
  replace_file(out.back(),
               svg.page(gap + (width + gap) * static_cast<double>(used),
                        gap + (height + gap) * static_cast<double>(n_rows), "the real graph among its nulls"));
  return out;
}

}  // namespace encephagen
