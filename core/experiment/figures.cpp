// Figures of an experiment: those of its claims.json, and all of them as SVG and PNG.
#include "experiment/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "experiment/figure_png.hpp"
#include "experiment/metric_figures.hpp"
#include "experiment/svg_drawing.hpp"
#include "experiment/text_table.hpp"
#include "host/failure.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

double number(const Json& v) { return v.is_number() ? v.get<double>() : std::nan(""); }

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

}  // namespace

std::vector<fs::path> write_claim_figures(const fs::path& folder, const fs::path& target) {
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

Figures write_figures(const fs::path& folder, const fs::path& target) {
  Figures out{write_claim_figures(folder, target), ""};
  for (const auto& file : write_metric_figures(folder, target)) out.files.push_back(file);
  const size_t n = out.files.size();
  for (size_t i = 0; i < n && out.without_png.empty(); ++i) {
    auto png = out.files[i];
    out.without_png = write_png(out.files[i], png.replace_extension(".png"));
    if (out.without_png.empty()) out.files.push_back(png);
  }
  return out;
}

}  // namespace encephagen
