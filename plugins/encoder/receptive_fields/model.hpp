// Units that answer to what is seen around a centre of theirs; equations in receptive_fields.md.
#pragma once
#include <encephagen/sdk/math.hpp>

#include "../common/seen.hpp"

namespace core {

struct Fields {
  static constexpr double minus_one[] = {-1}, plus_one[] = {1}, ten[] = {10};
  enum class Layout { each, product };
  // Base of Params.
  struct Shape {
    eg::Numbers low = minus_one, high = plus_one, n_centres = ten;
    double width = 1, unit = -1, n_units = 0;
    Layout layout = Layout::each;
  };
  template <class Params>
  static constexpr auto shape_fields() {
    return std::tuple{
        eg::param("low", &Params::low, eg::range(-1e9, 1e9), "lowest centre of each observation, or of all"),
        eg::param("high", &Params::high, eg::range(-1e9, 1e9), "highest centre of each observation, or of all"),
        eg::param("n_centres", &Params::n_centres, eg::range(1, 10000),
                  "centres, evenly from low to high, of each observation, or of all"),
        eg::param("width", &Params::width, eg::range(1e-3, 1e3),
                  "standard deviation of a field, as a multiple of the distance of centres"),
        eg::param("layout", &Params::layout, eg::choices("each", "product"),
                  "fields of one observation each, or of all together: one for every combination of centres"),
        unit_param<Params>(),
        n_units_param<Params>()};
  }

  // How much the field of a unit answers, from 0 to 1. Throws std::invalid_argument when the units do not suffice.
  static double answer(const Shape& p, std::span<const double> seen, double unit, double n_units) {
    const size_t n = seen.size();
    size_t n_fields = p.layout == Layout::each ? 0 : 1;
    for (size_t k = 0; k < n; ++k) {
      const size_t more = centres(p, k, n);
      n_fields = p.layout == Layout::each ? n_fields + more : n_fields * more;
      if (n_fields > 100'000'000) throw std::invalid_argument("there are more than 1e8 fields: lower n_centres");
    }
    size_t field = seen::part(unit, n_units, n_fields, "fields");
    if (p.layout == Layout::each) {
      size_t k = 0;
      while (field >= centres(p, k, n)) field -= centres(p, k++, n);
      return eg::exp(-half_square(p, seen, k, field));
    }
    double sum = 0;
    for (size_t k = n; k-- > 0;) {  // the last observation varies fastest
      const size_t of = centres(p, k, n);
      sum += half_square(p, seen, k, field % of);
      field /= of;
    }
    return eg::exp(-sum);
  }

  static void check(const Shape& p) {
    for (const double n : p.n_centres)
      if (n != std::floor(n))
        throw std::invalid_argument("n_centres holds " + std::to_string(n) + ": give whole numbers");
  }

 private:
  static size_t centres(const Shape& p, size_t k, size_t n) {
    return static_cast<size_t>(seen::of_observation("n_centres", p.n_centres, k, n, 1));
  }
  // Half the squared distance from a centre, in widths of the field. What lies beyond the bounds counts as the bound.
  static double half_square(const Shape& p, std::span<const double> seen, size_t k, size_t centre) {
    const size_t n = seen.size(), n_centres = centres(p, k, n);
    const double low = seen::of_observation("low", p.low, k, n, -1),
                 high = seen::of_observation("high", p.high, k, n, 1);
    if (!(low < high)) throw std::invalid_argument("low is not below high for observation " + std::to_string(k));
    const double spacing = (high - low) / static_cast<double>(n_centres > 1 ? n_centres - 1 : 1);
    const double at = n_centres > 1 ? low + spacing * static_cast<double>(centre) : (low + high) / 2;
    const double x = (std::fmin(std::fmax(seen[k], low), high) - at) / (p.width * spacing);
    return x * x / 2;
  }
};

struct ReceptiveFields {
  static constexpr eg::Info info{"core.receptive_fields", "1.0.0",
                                 "what is seen of a body as spikes of units with Gaussian receptive fields"};
  struct Params : Fields::Shape {
    double min_hz = 0, max_hz = 100, weight_mv = 1;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("min_hz", &Params::min_hz, eg::range(0, 1e4), "rate far from the centre of a field"),
                 eg::param("max_hz", &Params::max_hz, eg::range(0, 1e4), "rate at its centre"),
                 seen_spikes::weight_param<Params>()),
        Fields::shape_fields<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  static constexpr auto state = seen_spikes::state;
  static constexpr auto outputs = seen_spikes::outputs;
  static constexpr auto random = seen_spikes::random;

  explicit ReceptiveFields(const Params& params) : p(params) {
    Fields::check(p);
    if (p.max_hz < p.min_hz) throw std::invalid_argument("max_hz is below min_hz");
  }
  void init(eg::EncoderBlock& b) const { seen_spikes::init(b, p.max_hz); }
  void step(eg::EncoderBlock& b) const {
    seen_spikes::step(b, p.weight_mv, [&](size_t i) {
      return p.min_hz +
             (p.max_hz - p.min_hz) * Fields::answer(p, b.observation(), b.param(kUnit)[i], b.param(kNUnits)[i]);
    });
  }
};

struct ReceptiveFieldValues {
  static constexpr eg::Info info{"core.receptive_field_values", "1.0.0",
                                 "what is seen of a body as currents by Gaussian receptive fields"};
  struct Params : Fields::Shape {
    double baseline = 0, amplitude = 1;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("baseline", &Params::baseline, eg::range(-1e9, 1e9), "value far from the centre of a field"),
                 eg::param("amplitude", &Params::amplitude, eg::range(-1e9, 1e9), "what is added at its centre")),
        Fields::shape_fields<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  enum State { kValue, kSeen };
  static constexpr auto state = eg::list(eg::Column{"value", "what the unit receives"}, seen::digest_column);
  static constexpr auto outputs =
      eg::list(eg::Output{"value", kValue, "what the unit receives", EG_ACCEPTS_CONTINUOUS});

  explicit ReceptiveFieldValues(const Params& params) : p(params) { Fields::check(p); }
  void init(eg::EncoderBlock& b) const {
    std::ranges::fill(b.state(kValue), 0.0);
    std::ranges::fill(b.state(kSeen), seen::nothing_yet);
  }
  void step(eg::EncoderBlock& b) const {
    seen::check_any(b.observation());
    const double now = seen::digest(b.observation());
    const auto value = b.state(kValue), last = b.state(kSeen);
    for (size_t i = 0; i < b.size(); ++i) {
      if (last[i] == now) continue;
      last[i] = now;
      value[i] = p.baseline + p.amplitude * Fields::answer(p, b.observation(), b.param(kUnit)[i], b.param(kNUnits)[i]);
    }
  }
};

}  // namespace core
