// Checks of parameter values: both ends of every range, every choice, random tables.
#include <fmt/format.h>

#include "host/conformance/alternatives.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/exercise.hpp"

namespace encephagen::conformance {
namespace {

// Enough moves to reach code that creation alone does not. Batch plugins may take long with odd parameters: they are
// created.
size_t few_moves(const Subject& s) {
  switch (s.plugin().shape) {
    case EG_SHAPE_UNIT:
      return 10;
    case EG_SHAPE_EDGE:
      return 40;
    case EG_SHAPE_WORLD:
      return 3;
    default:
      return 0;
  }
}

// Creates and moves an instance. A refusal with words goes to `refusals`, one without fails.
void try_table(const Subject& s, const ParamTable& table, const std::string& what, Report& report,
               std::vector<std::string>& refusals) {
  mark_subject(what);
  try {
    trace(s, table, few_moves(s));
  } catch (const CallFailed& e) {
    if (e.gave_reason)
      refusals.push_back(fmt::format("{}: {}", what, e.reason));
    else
      report.fail(fmt::format("{}: {}", what, e.what()));
  }
  mark_subject("");
}

void try_variants(const Subject& s, const std::vector<Variant>& variants, Report& report) {
  std::vector<std::string> refusals;
  for (const auto& v : variants) try_table(s, v.table, v.table.describe(v.param), report, refusals);
  for (const auto& r : refusals) report.note("refused " + r);
}

void range_ends(const Subject& s, Report& report) { try_variants(s, tables_at_ends(s.defaults()), report); }
void choices(const Subject& s, Report& report) { try_variants(s, tables_of_choices(s.defaults()), report); }

void random(const Subject& s, Report& report) {
  constexpr int tables = 60;
  eg::Random numbers(s.options().seed, "parameter tables");
  std::vector<std::string> refusals;
  for (int k = 0; k < tables; ++k)
    try_table(s, random_table(s.defaults(), numbers),
              fmt::format("random table {} of seed {}", k + 1, s.options().seed), report, refusals);
  report.success(
      fmt::format("{} tables of seed {}, {} refused with a reason", tables, s.options().seed, refusals.size()));
}

}  // namespace

void add_parameter_checks(std::vector<Check>& checks) {
  const std::vector<const char*> runs{"step-runs", "edge-runs", "world-runs", "batch-runs"};
  checks.push_back({"params-range-ends", every_kind, runs, "both ends of every range work or are refused with a reason",
                    range_ends});
  checks.push_back(
      {"params-choices", every_kind, runs, "every choice and flag works or is refused with a reason", choices});
  checks.push_back(
      {"params-random", every_kind, runs, "random parameter tables work or are refused with a reason", random});
}

}  // namespace encephagen::conformance
