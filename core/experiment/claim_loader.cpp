// Turns the [[claim]] and [[figure]] tables of TOML into what is judged.
#include "experiment/claim_loader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiment/experiment_spec.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

std::string text_of(const Node& t, std::string_view key) {
  const auto* n = t.find(key);
  return n ? n->text : "";
}
std::vector<std::string> texts_of(const Node& t, std::string_view key) {
  std::vector<std::string> out;
  if (const auto* n = t.find(key))
    for (const auto& i : n->items) out.push_back(i.text);
  return out;
}
std::optional<double> number_of(const Node& t, std::string_view key) {
  const auto* n = t.find(key);
  return n && n->is_number() ? std::optional(n->number) : std::nullopt;
}
SweepPoint where_of(const Node& t) {
  SweepPoint out;
  if (const auto* n = t.find("where"))
    for (const auto& m : n->members) out.emplace_back(m.key, write_toml_value(m.value));
  return out;
}

Correction correction_of(const Node& t) {
  const std::string name = text_of(t, "correction");
  return name == "bh" ? Correction::bh : name == "by" ? Correction::by : Correction::none;
}

std::vector<std::string> text_or_list(const Node& v) {
  if (v.is(Node::Kind::text)) return {v.text};
  std::vector<std::string> out;
  for (const auto& i : v.items) out.push_back(i.text);
  return out;
}

std::vector<stats::Level> load_levels(const Node& v, Diagnostics& d) {
  static constexpr stats::Level all[] = {stats::Level::degree, stats::Level::strength,      stats::Level::constraint,
                                         stats::Level::wiring, stats::Level::uninformative, stats::Level::unresolved};
  std::vector<stats::Level> out;
  for (const auto& name : text_or_list(v)) {
    const auto found = std::ranges::find_if(all, [&](const auto level) { return name == stats::name_of(level); });
    if (found == std::end(all))
      d.error(v.at, fmt::format("there is no level '{}'; levels: D, S, C, W, uninformative, unresolved", name));
    else
      out.push_back(*found);
  }
  return out;
}

// The kind of test is the one key of these that is there.
bool load_test(const Node& t, ClaimSpec& c, Diagnostics& d) {
  static constexpr std::pair<const char*, TestKind> kinds[] = {{"permutation", TestKind::permutation},
                                                               {"mann_whitney", TestKind::mann_whitney},
                                                               {"kruskal_wallis", TestKind::kruskal_wallis},
                                                               {"rank", TestKind::rank},
                                                               {"sign_flip", TestKind::sign_flip},
                                                               {"above", TestKind::threshold},
                                                               {"below", TestKind::threshold},
                                                               {"equivalence", TestKind::equivalence},
                                                               {"attribution", TestKind::attribution},
                                                               {"level", TestKind::level},
                                                               {"agreement", TestKind::agreement}};
  int found = 0;
  for (const auto& [key, kind] : kinds) {
    const auto* v = t.find(key);
    if (!v) continue;
    ++found;
    c.test = kind;
    if (kind == TestKind::permutation || kind == TestKind::sign_flip) c.permutations = static_cast<size_t>(v->integer);
    if (kind == TestKind::threshold) c.against = v->number;
    if (kind == TestKind::agreement || kind == TestKind::attribution) c.share = v->number;
    if (kind == TestKind::equivalence)
      c.margin = {v->number,
                  text_of(t, "margin_unit") == "cohen_d" ? stats::Margin::Unit::cohen_d : stats::Margin::Unit::raw};
    if (kind == TestKind::attribution)
      if (const auto* factor = t.find("factor")) c.factors = text_or_list(*factor);
    if (kind == TestKind::level) c.levels = load_levels(*v, d);
  }
  if (found != 1) {
    d.error(t.at,
            "a test is exactly one of permutation, mann_whitney, kruskal_wallis, rank, sign_flip, above, below, "
            "equivalence, attribution, level, agreement");
    return false;
  }
  const std::string tail = text_of(t, "tail");
  c.tail = tail == "greater" ? stats::Tail::greater : tail == "less" ? stats::Tail::less : stats::Tail::two_sided;
  if (c.test == TestKind::threshold) c.tail = t.find("above") ? stats::Tail::greater : stats::Tail::less;
  if (c.test == TestKind::sign_flip || c.test == TestKind::equivalence) c.against = number_of(t, "against").value_or(0);
  return true;
}

}  // namespace

std::vector<ClaimSpec> load_claims(const Node& root, const std::vector<std::string>& as_published, uint64_t seed,
                                   Diagnostics& d) {
  std::vector<ClaimSpec> out;
  const auto* list = root.find("claim");
  if (!list) return out;
  for (const auto& t : list->items) {
    ClaimSpec c;
    c.at = t.at;
    c.id = text_of(t, "id");
    c.text = text_of(t, "text");
    c.metric = text_of(t, "metric");
    c.compare = texts_of(t, "compare");
    c.arm = text_of(t, "arm");
    c.regions = texts_of(t, "regions");
    c.where = where_of(t);
    c.alpha = number_of(t, "alpha").value_or(0.05);
    c.correction = correction_of(t);
    c.family = text_of(t, "family");
    c.exploratory = t.find("exploratory")->flag;
    c.seed = seed;
    if (const auto* p = t.find("published"))
      c.published =
          Published{number_of(*p, "value"), number_of(*p, "p"), text_of(*p, "verdict"), text_of(*p, "source")};
    c.for_each = texts_of(t, "for_each");
    c.at_least = static_cast<size_t>(t.find("at_least")->integer);
    if (const auto* named = t.find("decomposition")) c.decompositions = text_or_list(*named);
    if (!c.compare.empty() && c.compare.size() != 2) d.error(t.find("compare")->at, "'compare' needs two arms");
    const int subjects = !c.compare.empty() + !c.arm.empty() + !c.decompositions.empty();
    if (subjects != 1)
      d.error(t.at,
              fmt::format("claim '{}' needs exactly one of 'compare', two arms, 'arm', one, or 'decomposition'", c.id));
    if (c.decompositions.empty() && c.metric.empty() == c.for_each.empty())
      d.error(t.at, fmt::format("claim '{}' needs either 'metric' or, for a screen, 'for_each'", c.id));
    if (std::ranges::any_of(out, [&](const auto& o) { return o.id == c.id; }))
      d.error(t.find("id")->at, fmt::format("two claims have the id '{}'", c.id));
    const auto is_published = [&](const std::string& arm) {
      return std::ranges::find(as_published, arm) != as_published.end();
    };
    c.as_published = is_published(c.arm) || std::ranges::any_of(c.compare, is_published);
    if (const auto* test = t.find("test"); test && load_test(*test, c, d)) out.push_back(std::move(c));
  }
  return out;
}

std::vector<DecompositionSpec> load_decompositions(const Node& root, const std::vector<std::string>& as_published,
                                                   uint64_t seed, Diagnostics& d) {
  static constexpr stats::RungClass classes[] = {stats::RungClass::er, stats::RungClass::degree,
                                                 stats::RungClass::strength, stats::RungClass::constraint};
  std::vector<DecompositionSpec> out;
  const auto* list = root.find("decomposition");
  if (!list) return out;
  for (const auto& t : list->items) {
    DecompositionSpec s;
    s.at = t.at;
    s.id = text_of(t, "id");
    s.text = text_of(t, "text");
    s.real = text_of(t, "real");
    s.metrics = texts_of(t, "metrics");
    s.where = where_of(t);
    s.alpha = number_of(t, "alpha").value_or(0.05);
    s.correction = correction_of(t);
    s.seed = seed;
    s.as_published = std::ranges::find(as_published, s.real) != as_published.end();
    if (const auto* valid = t.find("valid_where")) {
      s.valid_metric = text_of(*valid, "metric");
      s.valid_above = number_of(*valid, "above").value_or(0);
    }
    size_t n_er = 0;
    for (const auto& rung : t.find("ladder")->items) {
      const std::string keeps = text_of(rung, "keeps");
      const auto found = std::ranges::find_if(classes, [&](const auto c) { return keeps == stats::name_of(c); });
      if (found == std::end(classes)) continue;  // the check of the table has said so
      n_er += *found == stats::RungClass::er;
      s.ladder.push_back({text_of(rung, "arm"), *found});
    }
    if (n_er != 1)
      d.error(t.find("ladder")->at,
              fmt::format("decomposition '{}' needs exactly one rung with keeps = \"nothing\": the reference that "
                          "explained fractions are measured from",
                          s.id));
    if (std::ranges::any_of(out, [&](const auto& o) { return o.id == s.id; }))
      d.error(t.find("id")->at, fmt::format("two decompositions have the id '{}'", s.id));
    out.push_back(std::move(s));
  }
  return out;
}

std::vector<ExpectedFigure> load_expected(const std::filesystem::path& file, Diagnostics& d) {
  std::vector<ExpectedFigure> out;
  std::error_code ec;
  if (!std::filesystem::exists(file, ec)) return out;
  Node root = read_toml(file);
  check_table(expected_spec(), root, d);
  const auto* list = root.find("figure");
  if (!list || !d.ok()) return out;
  for (const auto& t : list->items) {
    ExpectedFigure f;
    f.id = text_of(t, "id");
    f.arm = text_of(t, "arm");
    f.where = where_of(t);
    f.metric = text_of(t, "metric");
    f.claim = text_of(t, "claim");
    if (f.claim.empty() == f.metric.empty() || f.metric.empty() != f.arm.empty())
      d.error(t.at, fmt::format("figure '{}' needs either arm and metric, or claim", f.id));
    f.value = number_of(t, "value").value_or(0);
    f.tolerance = number_of(t, "tolerance").value_or(0);
    f.reason = text_of(t, "reason");
    f.published = number_of(t, "published");
    f.source = text_of(t, "source");
    out.push_back(std::move(f));
  }
  return out;
}

}  // namespace encephagen
