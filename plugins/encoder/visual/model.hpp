// Shows an image: the brighter the part of a unit, the more it spikes; see visual.md.
#pragma once
#include <cmath>
#include <stdexcept>
#include <string>

#include "../common/chance_port.hpp"
#include "../common/numbered_units.hpp"
#include "image.hpp"

namespace core {

struct Visual {
  static constexpr eg::Info info{"core.visual", "1.0.0", "an image as spikes, at rates by brightness"};

  struct Params {
    std::string_view file;
    double brightness = 0.5, weight = 1, min_hz = 0, max_hz = 100, onset_ms = 0, duration_ms = 1e9, unit = -1,
           n_units = 0;
    int64_t n_columns = 0, n_rows = 0;
    static constexpr auto fields = eg::list(
        eg::file_param("file", &Params::file, "a PNG or PGM image"),
        eg::param("brightness", &Params::brightness, eg::range(0, 1), "of an even field, where there is no file"),
        eg::param("weight", &Params::weight, eg::range(-1e6, 1e6), "what one spike adds to the port"),
        eg::param("min_hz", &Params::min_hz, eg::range(0, 1e4),
                  "rate where the image is black, and before and after it"),
        eg::param("max_hz", &Params::max_hz, eg::range(0, 1e4), "rate where it is white"),
        eg::param("onset_ms", &Params::onset_ms, eg::range(0, 1e9), "when the image appears"),
        eg::param("duration_ms", &Params::duration_ms, eg::range(0, 1e9), "how long it is shown"),
        eg::param("n_columns", &Params::n_columns, eg::range(0, 100000),
                  "columns of the grid of cells that units stand for; 0, with n_rows: by the image and the units"),
        eg::param("n_rows", &Params::n_rows, eg::range(0, 100000), "rows of the grid"), unit_param<Params>(),
        n_units_param<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  enum State { kPsc, kRate };
  static constexpr auto state = eg::list(
      chance_port::spikes, eg::Column{"rate_shown_hz", "rate while the image is shown", 0, 1e4, EG_STATE_SET_BY_INIT});
  static constexpr auto outputs =
      eg::list(eg::Output{"psc", kPsc, "what the spike of this step adds", EG_ACCEPTS_SPIKES});
  enum Random { kChance };
  static constexpr auto random = eg::list(chance_port::chance);

  explicit Visual(const Params& params)
      : p(params), image_(p.file.empty() ? Image(1, 1, {p.brightness}) : read_image(std::string(p.file))) {
    if ((p.n_columns == 0) != (p.n_rows == 0)) throw std::invalid_argument("give both n_columns and n_rows, or none");
    if (p.max_hz < p.min_hz) throw std::invalid_argument("max_hz is below min_hz");
  }

  void init(eg::EncoderBlock& b) const {
    chance_port::check_rate("max_hz", p.max_hz, b.dt_ms());
    for (size_t i = 0; i < b.size(); ++i) {
      const double x = seen_by(b.param(kUnit)[i], b.param(kNUnits)[i]);
      b.state(kRate)[i] = std::min(p.max_hz, p.min_hz + x * (p.max_hz - p.min_hz));
      b.state(kPsc)[i] = 0;
    }
  }

  // A step counts where its middle lies.
  void step(eg::EncoderBlock& b) const {
    const double since_ms = b.t_ms() + 0.5 * b.dt_ms() - p.onset_ms;
    const bool is_shown = since_ms >= 0 && since_ms < p.duration_ms;
    for (size_t i = 0; i < b.size(); ++i) {
      const double rate_hz = is_shown ? b.state(kRate)[i] : p.min_hz;
      b.state(kPsc)[i] = b.random(kChance)[i] < rate_hz * b.dt_ms() * 1e-3 ? p.weight : 0;
    }
  }

  struct Grid {
    size_t columns, rows;
  };
  // The cells that n units stand for: as given; pixels, if there are enough units; else the largest grid of about the
  // image's shape that has no more cells than there are units.
  Grid grid(size_t n) const {
    if (p.n_columns > 0) return {static_cast<size_t>(p.n_columns), static_cast<size_t>(p.n_rows)};
    const size_t w = image_.width(), h = image_.height();
    if (n >= w * h) return {w, h};
    const double shape = static_cast<double>(w) / static_cast<double>(h);
    const auto columns = static_cast<size_t>(std::sqrt(static_cast<double>(n) * shape) + 1e-9);
    const size_t fitting = std::clamp<size_t>(columns, 1, std::min(n, w));
    return {fitting, std::clamp<size_t>(n / fitting, 1, h)};
  }

 private:
  double seen_by(double unit, double n_units) const {
    const auto n = static_cast<size_t>(n_units), u = static_cast<size_t>(std::max(0.0, unit));
    if (u >= n)
      throw std::invalid_argument("unit = " + std::to_string(u) + ", but there are n_units = " + std::to_string(n));
    const Grid g = grid(n);
    if (g.columns * g.rows > n)
      throw std::invalid_argument(
          "a grid of n_columns = " + std::to_string(g.columns) + " and n_rows = " + std::to_string(g.rows) +
          " has more cells than the encoder feeds units (" + std::to_string(n) + "): some would be seen by nobody");
    const size_t cell = u * (g.columns * g.rows) / n;
    const auto x = static_cast<double>(cell % g.columns), y = static_cast<double>(cell / g.columns);
    const auto w = static_cast<double>(image_.width()), h = static_cast<double>(image_.height()),
               columns = static_cast<double>(g.columns), rows = static_cast<double>(g.rows);
    return image_.mean(x * w / columns, y * h / rows, (x + 1) * w / columns, (y + 1) * h / rows);
  }

  Image image_;
};

}  // namespace core
