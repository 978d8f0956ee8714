// Checks of what a plugin declares: nothing of it is called.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <span>
#include <string_view>
#include <tuple>

#include "host/conformance/check.hpp"

namespace encephagen::conformance {
namespace {

void valid(const Subject& s, Report& report) {
  if (const auto fault = descriptor_fault(s.plugin()); !fault.empty()) report.fail(fault);
}

void version(const Subject& s, Report& report) {
  // Three numbers with dots between them.
  std::string_view rest = s.plugin().version;
  int numbers = 0;
  for (;;) {
    const auto digits = rest.find_first_not_of("0123456789");
    if (digits == 0 || rest.empty()) break;
    ++numbers;
    if (digits == std::string_view::npos) {
      rest = "";
      break;
    }
    if (rest[digits] != '.') break;
    rest = rest.substr(digits + 1);
  }
  if (numbers != 3 || !rest.empty())
    report.fail(fmt::format("version '{}' is not of the form major.minor.patch", s.plugin().version));
}

using Columns = std::span<const eg_column>;

std::vector<std::pair<std::string_view, Columns>> columns_of(const Subject& s) {
  if (s.plugin().shape == EG_SHAPE_UNIT)
    return {{"state", {s.unit().state, s.unit().n_state}},
            {"input", {s.unit().inputs, s.unit().n_inputs}},
            {"output", {s.unit().outputs, s.unit().n_outputs}},
            {"random", {s.unit().random, s.unit().n_random}}};
  if (s.plugin().shape == EG_SHAPE_EDGE)
    return {{"edge state", {s.edge().edge_state, s.edge().n_edge_state}},
            {"pre trace", {s.edge().pre, s.edge().n_pre}},
            {"post trace", {s.edge().post, s.edge().n_post}}};
  return {};
}

const eg_param* find_param(const eg_plugin& p, std::string_view name) {
  for (uint32_t i = 0; i < p.n_params; ++i)
    if (p.params[i].name == name) return &p.params[i];
  return nullptr;
}

void references(const Subject& s, Report& report) {
  for (const auto& [what, columns] : columns_of(s)) {
    const uint32_t highest = what == "state" ? uint32_t{EG_STATE_ADDED_TO} : uint32_t{EG_ACCEPTS_CONTINUOUS};
    for (const auto& c : columns) {
      if (!(c.low <= c.high))
        report.fail(fmt::format("{} column '{}' has the empty range [{}, {}]", what, c.name, c.low, c.high));
      if (c.accepts > highest)
        report.fail(fmt::format("{} column '{}' accepts nothing this kernel knows", what, c.name));
      if (c.sign > EG_SIGN_INHIBITORY) report.fail(fmt::format("{} column '{}' has an unknown sign", what, c.name));
      if (what != "random") continue;
      if (c.random == EG_RANDOM_NONE || c.random > EG_RANDOM_POISSON)
        report.fail(fmt::format("random column '{}' has no distribution this kernel knows", c.name));
      if (c.random != EG_RANDOM_POISSON) continue;
      const auto* rate = c.rate_param ? find_param(s.plugin(), c.rate_param) : nullptr;
      const auto states = std::span(s.unit().state, s.plugin().shape == EG_SHAPE_UNIT ? s.unit().n_state : 0);
      if (c.rate_param && std::ranges::any_of(states, [&](const eg_column& column) {
            return std::string_view(column.name) == c.rate_param;
          }))
        continue;
      if (!rate)
        report.fail(fmt::format("random column '{}' is Poisson, but its rate '{}' is no parameter and no state", c.name,
                                c.rate_param ? c.rate_param : ""));
      else if (rate->type != EG_NUMBER)
        report.fail(
            fmt::format("random column '{}' takes its rate from '{}', which is no number", c.name, c.rate_param));
    }
  }
  if (s.plugin().shape != EG_SHAPE_EDGE) return;
  const auto& edge = s.edge();
  for (const auto& [names, n, what] : {std::tuple{edge.post_ports, edge.n_post_ports, "required state"},
                                       std::tuple{edge.modulators, edge.n_modulators, "modulator"}})
    for (uint32_t k = 0; k < n; ++k)
      if (!names || !names[k] || !*names[k]) report.fail(fmt::format("{} {} has no name", what, k));
}

void choices(const Subject& s, Report& report) {
  for (uint32_t i = 0; i < s.plugin().n_params; ++i) {
    const auto& p = s.plugin().params[i];
    std::set<std::string_view> names;
    for (uint32_t k = 0; p.type == EG_CHOICE && k < p.n_choices; ++k)
      if (!names.insert(p.choices[k]).second)
        report.fail(fmt::format("parameter '{}' offers the choice '{}' twice", p.name, p.choices[k]));
    for (uint64_t k = 0; p.type == EG_NUMBER_LIST && k < p.preset.count; ++k)
      if (const double x = p.preset.numbers[k]; !(x >= p.low && x <= p.high))
        report.fail(
            fmt::format("parameter '{}' lists {} as a default, outside its range [{}, {}]", p.name, x, p.low, p.high));
  }
}

// Suffixes that say what a number measures or counts, or that it has no dimension.
constexpr auto kUnits = std::to_array<std::string_view>(
    {"ms",    "s",     "us",    "min",    "h",      "hz",     "khz",      "mhz",  "mv",       "uv",          "v",
     "pa",    "na",    "ua",    "a",      "ns",     "ps",     "mohm",     "gohm", "pf",       "nf",          "uf",
     "mm",    "um",    "nm",    "m",      "cm",     "km",     "rad",      "deg",  "kg",       "g",           "mg",
     "n",     "j",     "w",     "k",      "c",      "mm2",    "um2",      "um3",  "mmol",     "percent",     "ratio",
     "share", "count", "steps", "factor", "index",  "weight", "fraction", "gain", "exponent", "probability", "per",
     "bits",  "bytes", "order", "db",     "degree", "size",   "unit"});

bool has_unit(std::string_view name) {
  if (name.find("_per_") != std::string_view::npos) return true;
  const auto last = name.substr(name.rfind('_') + 1);
  for (const auto u : kUnits)
    if (last == u || name == u) return true;
  // "n_units", "ratio_of_..." say what they count as well.
  return name.starts_with("n_");
}

void unit_suffixes(const Subject& s, Report& report) {
  std::vector<std::string> without;
  for (uint32_t i = 0; i < s.plugin().n_params; ++i)
    if (const auto& p = s.plugin().params[i]; p.type == EG_NUMBER && !has_unit(p.name)) without.emplace_back(p.name);
  if (!without.empty())
    report.note(fmt::format("no unit in the name of {}: fine for numbers without dimension, else add one (tau_m_ms)",
                            fmt::join(without, ", ")));
}

}  // namespace

void add_descriptor_checks(std::vector<Check>& checks) {
  checks.push_back(
      {"descriptor-valid", every_kind, {}, "the descriptor satisfies the rules the kernel loads plugins by", valid});
  checks.push_back({"descriptor-version", every_kind, {}, "the version is of the form major.minor.patch", version});
  checks.push_back({"descriptor-references",
                    units | plasticities,
                    {},
                    "columns have possible ranges and distributions, and what they refer to exists",
                    references});
  checks.push_back(
      {"descriptor-choices", every_kind, {}, "choices are unique and default lists lie in their range", choices});
  checks.push_back({"descriptor-unit-suffixes", every_kind, {}, "names of numbers end in their unit", unit_suffixes});
}

}  // namespace encephagen::conformance
