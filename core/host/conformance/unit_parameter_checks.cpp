// Checks of parameters that may differ from unit to unit.
#include <fmt/format.h>

#include "host/conformance/alternatives.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/unit_rig.hpp"

namespace encephagen::conformance {
namespace {

constexpr uint64_t kSteps = 150;

UnitHistory run(const Subject& s, const ParamTable& table, const UnitSetup& setup) {
  Instance instance(s, table);
  return UnitRig(instance, setup).run(kSteps);
}

UnitSetup usual_setup(const Subject& s) {
  Instance instance(s, s.defaults());
  return workable_setup(instance);
}

// The default of every per-unit parameter, for every unit.
std::vector<std::vector<double>> uniform_values(const Subject& s, uint32_t n) {
  std::vector<std::vector<double>> out;
  for (const size_t i : per_unit_params(s.plugin())) out.emplace_back(n, s.defaults()[i].number);
  return out;
}

void uniform_flag(const Subject& s, Report& report) {
  if (per_unit_params(s.plugin()).empty()) return report.success("declares no per-unit parameter");
  UnitSetup setup = usual_setup(s);
  const auto flagged = run(s, s.defaults(), setup);
  setup.hides_uniform = true;
  const auto seen = difference(run(s, s.defaults(), setup), flagged);
  if (!seen.empty()) report.fail("equal values give other results when they are not flagged as uniform: " + seen);
}

// The units of `mixed` that have a value are to do what they do where everybody has it.
UnitHistory interleaved(const UnitHistory& even, const UnitHistory& odd) {
  UnitHistory out = even;
  for (size_t t = 0; t < out.units.size(); ++t)
    for (size_t k = 0; k < out.units[t].size(); ++k)
      if (k % out.n % 2 == 1) out.units[t][k] = odd.units[t][k];
  return out;
}

void per_unit(const Subject& s, Report& report) {
  const auto indices = per_unit_params(s.plugin());
  if (indices.empty()) return report.success("declares no per-unit parameter");
  UnitSetup setup = usual_setup(s);
  const auto with_default = run(s, s.defaults(), setup);
  for (size_t k = 0; k < indices.size(); ++k) {
    ParamTable other = s.defaults();
    const auto value = near_number(s.defaults().param(indices[k]), s.defaults()[indices[k]].number);
    if (!value) continue;
    other[indices[k]].number = *value;
    setup.per_unit = uniform_values(s, setup.n);
    for (uint32_t u = 1; u < setup.n; u += 2) setup.per_unit[k][u] = *value;
    try {
      UnitSetup everywhere = setup;
      everywhere.per_unit.clear();
      const auto with_other = run(s, other, everywhere);
      const auto seen = difference(run(s, s.defaults(), setup), interleaved(with_default, with_other));
      if (!seen.empty())
        report.fail(
            fmt::format("with {} for every second unit, units do not do what they do where all have their value: {}",
                        other.describe(indices[k]), seen));
    } catch (const CallFailed& e) {
      report.note(fmt::format("{}: {}", other.describe(indices[k]), e.reason));
    }
  }
}

}  // namespace

void add_unit_parameter_checks(std::vector<Check>& checks) {
  checks.push_back({"params-uniform-flag",
                    units,
                    {"step-repeatable"},
                    "equal values give the same bits whether flagged as uniform or not",
                    in_every_precision<uniform_flag>});
  checks.push_back({"params-per-unit",
                    neurons | encoders,
                    {"params-uniform-flag", "step-unit-independent"},
                    "a per-unit value means for its unit what it means for all, and nothing for others",
                    in_every_precision<per_unit>});
}

}  // namespace encephagen::conformance
