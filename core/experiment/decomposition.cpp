// How much of a metric a null model explains, and which property of the connectome is enough to explain it.
#include "experiment/decomposition.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace encephagen::stats {
namespace {

double fraction(double real, double nulls, double er) {
  const double missed = std::abs(real - nulls), effect = std::abs(real - er);
  return effect > 0 ? 1 - missed / effect : std::numeric_limits<double>::quiet_NaN();
}

std::string figures(const Rung& r) {
  if (r.keeps == RungClass::er) return fmt::format("{} (p = {:.3g})", r.name, r.p);
  return fmt::format("{} (p = {:.3g}, E = {:.3g}, {:.3g} to {:.3g})", r.name, r.p, r.explained.value,
                     r.explained.interval.low, r.explained.interval.high);
}

std::string all_figures(const std::vector<const Rung*>& rungs) {
  std::vector<std::string> words;
  for (const auto* r : rungs) words.push_back(figures(*r));
  return fmt::format("{}", fmt::join(words, ", "));
}

struct Step {
  RungClass keeps;
  Level level;
};
constexpr std::array<Step, 3> steps{{{RungClass::degree, Level::degree},
                                     {RungClass::strength, Level::strength},
                                     {RungClass::constraint, Level::constraint}}};

}  // namespace

ExplainedFraction explained_fraction(Values real, Values nulls, Values er, double level, size_t resamples,
                                     uint64_t seed) {
  ExplainedFraction out;
  out.value = fraction(mean(real), mean(nulls), mean(er));
  const std::array<Values, 3> samples{real, nulls, er};
  const auto of_means = [](std::span<const double> m) { return fraction(m[0], m[1], m[2]); };
  if (std::isfinite(out.value)) out.interval = bootstrap_of_means(samples, of_means, level, resamples, seed);
  return out;
}

bool is_reproduced_by(const Rung& rung, const ReproductionRule& rule) {
  return rung.keeps != RungClass::er && rung.p > rule.p_above && rung.explained.value >= rule.least_explained &&
         rung.explained.interval.low >= rule.least_lower_bound;
}

Classification classify_level(std::span<const Rung> ladder, const ReproductionRule& rule) {
  if (std::ranges::count(ladder, RungClass::er, &Rung::keeps) != 1)
    throw std::invalid_argument(
        "a ladder of null models needs exactly one rung of class er, the reference of the explained fraction");
  const Rung& er = *std::ranges::find(ladder, RungClass::er, &Rung::keeps);
  if (std::isnan(er.p)) return {Level::unresolved, fmt::format("there is no p against {}", er.name)};
  if (!er.is_significant) return {Level::uninformative, fmt::format("not different from {}", figures(er))};

  std::vector<const Rung*> passed;  // rungs that keep less and do not reproduce it
  for (const auto& step : steps) {
    std::vector<const Rung*> here, reproducing, stricter_but_different;
    for (const auto& r : ladder) {
      if (r.keeps == step.keeps) here.push_back(&r);
      if (r.keeps == step.keeps && is_reproduced_by(r, rule)) reproducing.push_back(&r);
      if (r.keeps > step.keeps && r.is_significant) stricter_but_different.push_back(&r);
    }
    if (here.empty())
      return {Level::unresolved,
              fmt::format("no rung keeps {}: add one to tell the levels apart", name_of(step.keeps))};
    if (!reproducing.empty()) {
      auto reason = fmt::format("reproduced by {}", all_figures(reproducing));
      if (!passed.empty()) reason += fmt::format("; not by {}", all_figures(passed));
      if (!stricter_but_different.empty())
        reason += fmt::format("; but different from {}, which keeps more", all_figures(stricter_but_different));
      return {step.level, reason};
    }
    passed.insert(passed.end(), here.begin(), here.end());
  }
  std::vector<const Rung*> undecided;
  for (const auto* r : passed)
    if (!r->is_significant) undecided.push_back(r);
  if (undecided.empty()) return {Level::wiring, fmt::format("different from every rung: {}", all_figures(passed))};
  return {
      Level::unresolved,
      fmt::format("neither different from nor reproduced by {}: reproduction needs p > {}, E >= {} and a lower bound "
                  ">= {}",
                  all_figures(undecided), rule.p_above, rule.least_explained, rule.least_lower_bound)};
}

const char* name_of(Level level) {
  switch (level) {
    case Level::degree:
      return "D";
    case Level::strength:
      return "S";
    case Level::constraint:
      return "C";
    case Level::wiring:
      return "W";
    case Level::uninformative:
      return "uninformative";
    case Level::unresolved:
      break;
  }
  return "unresolved";
}

const char* name_of(RungClass keeps) {
  switch (keeps) {
    case RungClass::er:
      return "nothing";
    case RungClass::degree:
      return "degrees";
    case RungClass::strength:
      return "strengths";
    case RungClass::constraint:
      break;
  }
  return "more than strengths";
}

}  // namespace encephagen::stats
