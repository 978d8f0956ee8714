// Verdicts for programs (claims.json) and for people (a terminal table).
#include "experiment/claim_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiment/text_table.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;

const char* json_name(Verdict verdict) { return verdict == Verdict::not_testable ? "not_testable" : name_of(verdict); }

Json optional_number(const std::optional<double>& v) { return v ? Json(*v) : Json(); }

Json test_json(const ClaimSpec& c) {
  Json test{{"kind", name_of(c.test)}, {"tail", name_of(c.tail)}};
  if (c.test == TestKind::permutation || c.test == TestKind::sign_flip) test["permutations"] = c.permutations;
  if (c.test == TestKind::threshold || c.test == TestKind::sign_flip) test["against"] = c.against;
  if (c.test == TestKind::equivalence) {
    test["margin"] = c.margin.size;
    test["margin_unit"] = c.margin.unit == stats::Margin::Unit::raw ? "raw" : "cohen_d";
    if (!c.arm.empty()) test["against"] = c.against;
  }
  if (c.test == TestKind::agreement || c.test == TestKind::attribution) test["share"] = c.share;
  if (c.test == TestKind::attribution) test["factor"] = c.factors;
  if (c.test == TestKind::level)
    for (const auto level : c.levels) test["levels"].push_back(stats::name_of(level));
  return test;
}

// nlohmann writes NaN and infinities as null.
Json claim_json(const ClaimResult& r) {
  const auto& c = r.spec;
  Json out{{"id", c.id}, {"text", c.text}, {"metric", c.metric}};
  if (!c.decompositions.empty()) out["decompositions"] = c.decompositions;
  if (!c.for_each.empty()) out["for_each"] = c.for_each;
  if (!c.for_each.empty() || c.test == TestKind::level) out["at_least"] = c.at_least;
  if (!c.compare.empty()) out["compare"] = c.compare;
  if (!c.arm.empty()) out["arm"] = c.arm;
  if (!c.regions.empty()) out["regions"] = c.regions;
  out["where"] = Json::object();
  for (const auto& [key, value] : c.where) out["where"][key] = value;
  out["test"] = test_json(c);
  out["alpha"] = c.alpha;
  out["as_published"] = c.as_published;
  out["exploratory"] = c.exploratory;
  out["verdict"] = json_name(r.verdict);
  out["reason"] = r.reason;
  out["method"] = r.method;
  out["unit"] = r.unit;
  out["sides"] = Json::array();
  for (const auto& s : r.sides)
    out["sides"].push_back({{"name", s.name},
                            {"n", s.values.size()},
                            {"selected", s.selected},
                            {"failed", s.failed},
                            {"undetermined", s.undetermined},
                            {"mean", s.mean},
                            {"sd", s.sd},
                            {"values", s.values}});
  out["effects"] = Json::array();
  for (const auto& e : r.effects) out["effects"].push_back({{"name", e.name}, {"value", e.value}});
  out["interval"] = {
      {"low", r.interval.low}, {"high", r.interval.high}, {"level", interval_level(c)}, {"method", r.interval.method}};
  out["statistic"] = r.statistic;
  out["p"] = r.p;
  out["p_floor"] = r.p_floor;
  out["p_opposite"] = r.p_opposite;
  out["correction"] = name_of(c.correction);
  out["family"] = c.family;
  out["family_size"] = r.family_size;
  out["q"] = r.q;
  out["q_opposite"] = r.q_opposite;
  out["published"] = Json();
  if (c.published)
    out["published"] = {{"value", optional_number(c.published->value)},
                        {"p", optional_number(c.published->p)},
                        {"verdict", c.published->verdict},
                        {"source", c.published->source}};
  out["caveats"] = r.caveats;
  if (!r.members.empty()) {
    out["members"] = Json::array();
    for (const auto& m : r.members) out["members"].push_back(claim_json(m));
  }
  return out;
}

Json decomposition_json(const Decomposition& d) {
  Json out{{"id", d.spec.id}, {"text", d.spec.text}, {"real", d.spec.real}, {"alpha", d.spec.alpha}};
  out["correction"] = name_of(d.spec.correction);
  out["where"] = Json::object();
  for (const auto& [key, value] : d.spec.where) out["where"][key] = value;
  out["ladder"] = Json::array();
  for (const auto& rung : d.spec.ladder)
    out["ladder"].push_back({{"arm", rung.arm}, {"keeps", stats::name_of(rung.keeps)}});
  out["refusal"] = d.refusal;
  out["metrics"] = Json::array();
  for (const auto& m : d.metrics) {
    Json rungs = Json::array();
    for (const auto& r : m.rungs)
      rungs.push_back({{"arm", r.arm},
                       {"n", r.n},
                       {"mean", r.mean},
                       {"sd", r.sd},
                       {"z", r.z},
                       {"p", r.rung.p},
                       {"q", r.q},
                       {"significant", r.rung.is_significant},
                       {"explained", r.rung.explained.value},
                       {"explained_low", r.rung.explained.interval.low},
                       {"explained_high", r.rung.explained.interval.high},
                       {"reproduced", r.is_reproduced}});
    out["metrics"].push_back({{"metric", m.metric},
                              {"real", m.real},
                              {"real_sd", m.real_sd},
                              {"level", stats::name_of(m.level.level)},
                              {"reason", m.level.reason},
                              {"rungs", rungs}});
  }
  out["too_small"] = d.is_too_small;
  out["caveats"] = d.caveats;
  return out;
}

Colour colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::supported:
      return Colour::good;
    case Verdict::refuted:
      return Colour::bad;
    case Verdict::inconclusive:
      return Colour::unclear;
    case Verdict::not_testable:
      break;
  }
  return Colour::faint;
}

std::string published_text(const ClaimSpec& c) {
  std::vector<std::string> parts;
  if (!c.published) return "";
  if (c.published->value) parts.push_back(number_cell(*c.published->value));
  if (c.published->p) parts.push_back("p = " + number_cell(*c.published->p));
  if (!c.published->verdict.empty()) parts.push_back(c.published->verdict);
  return join(parts, ", ");
}

std::string interval_cell(const ClaimResult& r, bool with_level) {
  if (!std::isfinite(r.interval.low) || !std::isfinite(r.interval.high)) return "";
  return fmt::format("{} to {}{}", number_cell(r.interval.low), number_cell(r.interval.high),
                     with_level ? fmt::format(" ({:.4g} %)", 100 * interval_level(r.spec)) : "");
}

std::vector<Cell> row(const ClaimResult& r, bool one_level) {
  std::vector<std::string> sizes;
  for (const auto& s : r.sides) sizes.push_back(fmt::format("{}", s.values.size()));
  return {{r.spec.id},
          {name_of(r.verdict), colour_of(r.verdict)},
          {r.effects.empty() ? "" : r.effects[0].name},
          {r.effects.empty() ? "" : number_cell(r.effects[0].value)},
          {interval_cell(r, !one_level)},
          {join(sizes, " : ")},
          {number_cell(r.p)},
          {number_cell(r.q)},
          {published_text(r.spec)}};
}

std::string paragraph(const ClaimResult& r, bool use_colour) {
  std::string out = fmt::format("{}: {}\n", r.spec.id, r.spec.text);
  const auto verdict = coloured(name_of(r.verdict), colour_of(r.verdict), use_colour);
  out += fmt::format("  {}: {}\n", verdict, r.reason);
  std::vector<std::string> observed;
  for (const auto& s : r.sides)
    if (!s.values.empty())
      observed.push_back(fmt::format(
          "'{}' {:.4g}{} (n = {}{})", s.name, s.mean, std::isnan(s.sd) ? "" : fmt::format(" +- {:.3g}", s.sd),
          s.values.size(), r.unit.empty() ? "" : fmt::format(" {}{}", r.unit, s.values.size() == 1 ? "" : "s")));
  if (!observed.empty()) out += fmt::format("  observed: {}\n", join(observed, ", "));
  std::vector<std::string> effects;
  for (size_t i = 1; i < r.effects.size(); ++i)
    effects.push_back(fmt::format("{} {:.3g}", r.effects[i].name, r.effects[i].value));
  if (!effects.empty()) out += fmt::format("  effect: {}\n", join(effects, ", "));
  if (!r.method.empty()) out += fmt::format("  test: {}\n", r.method);
  if (const auto text = published_text(r.spec);
      !text.empty() || (r.spec.published && !r.spec.published->source.empty()))
    out += fmt::format("  published: {}{}\n", text,
                       r.spec.published->source.empty() ? "" : " (" + r.spec.published->source + ")");
  for (const auto& c : r.caveats) out += fmt::format("  note: {}\n", c);
  return out;
}

}  // namespace

std::string claims_json(std::span<const ClaimResult> results, std::span<const Decomposition> decompositions) {
  Json out{{"format", 1}, {"claims", Json::array()}};
  for (const auto& r : results) out["claims"].push_back(claim_json(r));
  if (!decompositions.empty()) out["decompositions"] = Json::array();
  for (const auto& d : decompositions) out["decompositions"].push_back(decomposition_json(d));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string claims_table(std::span<const ClaimResult> results, bool use_colour) {
  std::vector<std::vector<Cell>> rows;
  const bool one_level = std::ranges::all_of(
      results, [&](const auto& r) { return interval_level(r.spec) == interval_level(results[0].spec); });
  for (const auto& r : results) rows.push_back(row(r, one_level));
  const auto interval = results.empty() || !one_level
                            ? "interval"
                            : fmt::format("{:.4g} % interval", 100 * interval_level(results[0].spec));
  std::string out = text_table({"claim", "verdict", "effect", "value", interval, "n", "p", "q", "published"}, rows,
                               {false, false, false, true, false, true, true, true, false}, use_colour);
  for (const auto& r : results) out += "\n" + paragraph(r, use_colour);
  return out;
}

}  // namespace encephagen
