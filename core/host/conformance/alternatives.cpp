// Parameter values other than the defaults: near ones, ends of ranges, random ones.
#include "host/conformance/alternatives.hpp"

#include <algorithm>
#include <cmath>

#include "host/conformance/exercise.hpp"

namespace encephagen::conformance {
namespace {

// Random numbers without a bound stay within what somebody might write.
constexpr double kLarge = 1e6;

double random_number(double low, double high, eg::Random& random) {
  low = std::max(low, -kLarge), high = std::min(high, kLarge);
  if (!(low < high)) return low;
  // Ranges over several decades are drawn by their exponent, or small values would never come.
  if (low > 0 && high / low > 100) return std::clamp(low * std::pow(high / low, random.uniform()), low, high);
  return random.uniform(low, high);
}

std::string random_text(eg::Random& random) {
  static const char* const texts[] = {"",         "x",       "no/such/file", "%s%n%d", "\xc3\xa9t\xc3\xa9 \xe2\x88\x82",
                                      "../../..", "a b\tc\n"};
  const auto k = random.below(std::size(texts) + 1);
  return k < std::size(texts) ? texts[k] : std::string(10000, 'x');
}

bool is_end(double x) { return std::isfinite(x) && std::abs(x) < 1e300; }

}  // namespace

std::optional<double> near_number(const eg_param& p, double value) {
  const double span = std::isfinite(p.high - p.low) ? p.high - p.low : 1.0;
  for (const double x : {value * 1.2, value * 0.8, value + 1e-3 * span, value - 1e-3 * span})
    if (x != value && x >= p.low && x <= p.high) return x;
  return std::nullopt;
}

ParamTable other_table(const Subject& subject) {
  ParamTable table = subject.defaults();
  const bool is_batch = subject.plugin().shape == EG_SHAPE_BATCH;
  for (size_t i = 0; i < table.size(); ++i) {
    ParamTable changed = table;
    const auto& p = table.param(i);
    auto& v = changed[i];
    const auto next = static_cast<double>(v.integer) + 1;
    if (p.type == EG_NUMBER) v.number = near_number(p, v.number).value_or(v.number);
    if (p.type == EG_INTEGER && next <= p.high)
      v.integer += 1;
    else if (p.type == EG_INTEGER && next - 2 >= p.low)
      v.integer -= 1;
    if (p.type == EG_FLAG) v.integer = 1 - v.integer;
    if (p.type == EG_CHOICE) v.integer = (v.integer + 1) % static_cast<int64_t>(p.n_choices);
    if (v == table[i]) continue;
    // Tried in a process of its own: this one must not have seen the plugin, and the attempt may crash.
    const auto end = run_in_child(subject.options().timeout_s / 10, [&] {
      try {
        trace(subject, changed, is_batch ? 0 : usual_moves(subject));
        return std::string("accepted");
      } catch (const CallFailed&) {
        return std::string();
      }
    });
    if (end.answer == "accepted") table = changed;
  }
  return table;
}

std::vector<Variant> tables_at_ends(const ParamTable& defaults) {
  std::vector<Variant> out;
  for (size_t i = 0; i < defaults.size(); ++i) {
    const auto& p = defaults.param(i);
    for (const double end : {p.low, p.high}) {
      if (!is_end(end)) continue;
      ParamTable t = defaults;
      if (p.type == EG_NUMBER)
        t[i].number = end;
      else if (p.type == EG_INTEGER && std::abs(end) < 9e18)
        t[i].integer = static_cast<int64_t>(end);
      else if (p.type == EG_NUMBER_LIST)
        t[i].numbers = {end};
      else
        continue;
      out.push_back({std::move(t), i});
    }
  }
  return out;
}

std::vector<Variant> tables_of_choices(const ParamTable& defaults) {
  std::vector<Variant> out;
  for (size_t i = 0; i < defaults.size(); ++i) {
    const auto& p = defaults.param(i);
    const int64_t n = p.type == EG_FLAG ? 2 : p.type == EG_CHOICE ? static_cast<int64_t>(p.n_choices) : 0;
    for (int64_t k = 0; k < n; ++k) {
      out.push_back({defaults, i});
      out.back().table[i].integer = k;
    }
  }
  return out;
}

ParamTable random_table(const ParamTable& defaults, eg::Random& random) {
  ParamTable t = defaults;
  for (size_t i = 0; i < t.size(); ++i) {
    const auto& p = t.param(i);
    auto& v = t[i];
    switch (p.type) {
      case EG_NUMBER:
        v.number = random_number(p.low, p.high, random);
        break;
      case EG_INTEGER:
        v.integer = static_cast<int64_t>(std::round(random_number(p.low, p.high, random)));
        break;
      case EG_FLAG:
        v.integer = static_cast<int64_t>(random.below(2));
        break;
      case EG_CHOICE:
        v.integer = static_cast<int64_t>(random.below(p.n_choices));
        break;
      case EG_NUMBER_LIST:
        v.numbers.resize(random.below(6));
        for (double& x : v.numbers) x = random_number(p.low, p.high, random);
        break;
      case EG_TEXT_LIST:
        v.texts.resize(random.below(4));
        for (auto& s : v.texts) s = random_text(random);
        break;
      default:  // a file that was given stays, or nothing else would be tried
        if (!t.was_set(i)) v.text = random_text(random);
    }
  }
  return t;
}

}  // namespace encephagen::conformance
