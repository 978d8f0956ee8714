// Writes calibrated numbers into a scenario and into the tree that resolved.toml is made of.
#include "engine/calibrated_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenario/scenario_values.hpp"
#include "scenario/value_moments.hpp"

namespace encephagen {
namespace {

bool same(const Position& a, const Position& b) { return a.file == b.file && a.line == b.line && a.column == b.column; }

// weight or weight_UNIT.
Node::Member* weight_member(Node& table) {
  for (auto& m : table.members)
    if (m.key == "weight" || m.key.starts_with("weight_")) return &m;
  return nullptr;
}

// The number that scales with a distribution: its mean, median, or larger end.
double leading(const Node& value) {
  if (value.is_number()) return value.number;
  for (const char* kind : {"normal", "lognormal"})
    if (const Node* pair = value.find(kind)) return pair->items[0].number;
  const Node* pair = value.find("uniform");
  return pair ? pair->items[pair->items[0].number == 0 ? 1 : 0].number : 0;
}
double leading(const ValueSpec& v) { return v.kind == ValueSpec::Kind::uniform && v.a == 0 ? v.b : v.a; }

void scale(Node& value, double factor) {
  const auto by = [factor](Node& n) { n = Node::of_number(n.number * factor); };
  if (value.is_number()) return by(value);
  for (auto& m : value.members) {
    if (m.value.is_number()) by(m.value);  // low, high
    if (!m.value.is(Node::Kind::array)) continue;
    by(m.value.items[0]);
    if (m.key != "lognormal") by(m.value.items[1]);  // sigma of the logarithm has no unit
  }
}

}  // namespace

Node* table_of(Scenario& s, const ProjectionSpec& projection) {
  Node* found = nullptr;
  const auto look = [&](Node* place, const char* key) {
    Node* list = place ? place->find(key) : nullptr;
    if (!list || !list->is(Node::Kind::array)) return;
    for (auto& t : list->items)
      if (t.is(Node::Kind::table) && same(t.at, projection.at)) found = &t;
  };
  if (projection.is_long_range) {
    look(&s.resolved, "long_range");
    return found;
  }
  look(s.resolved.find("region"), "projection");
  if (Node* templates = s.resolved.find("template"); templates && templates->is(Node::Kind::table))
    for (auto& m : templates->members) look(&m.value, "projection");
  return found;
}

double target_factor_of(Scenario& s, const ProjectionSpec& projection) {
  Node* table = table_of(s, projection);
  if (!projection.is_long_range || !table || !table->find("target_factor")) return 1;
  const auto* weight = weight_member(*table);
  const double written = weight ? leading(weight->value) : 0;
  return written != 0 ? leading(projection.weight) / written : 1;
}

void set_mean_weights(Scenario& s, const std::vector<size_t>& projections, const std::vector<double>& mean) {
  std::vector<double> target_factor;
  for (const size_t k : projections) target_factor.push_back(target_factor_of(s, s.projections[k]));
  std::vector<const Node*> done;
  for (size_t i = 0; i < projections.size(); ++i) {
    ProjectionSpec& p = s.projections[projections[i]];
    const double now = moments_of(p.weight).mean, wanted = mean[i] * target_factor[i];
    if (!(now * wanted > 0))
      throw Failure(Exit::scenario_invalid,
                    fmt::format("{}: [calibrate] needs a {} weight here: it scales weights and keeps their signs",
                                p.at.text(), wanted < 0 ? "negative" : "positive"));
    Node* table = table_of(s, p);
    auto* member = table ? weight_member(*table) : nullptr;
    if (member && std::ranges::find(done, table) == done.end()) {
      done.push_back(table);
      if (member->value.is_number())
        member->value = Node::of_number(mean[i]);
      else
        scale(member->value, wanted / now);
    }
    if (p.weight.is_constant())
      p.weight.a = wanted;
    else
      p.weight = scaled(p.weight, wanted / now);
  }
}

void set_global_coupling(Scenario& s, const std::vector<size_t>& projections, double value) {
  for (const size_t k : projections) {
    s.projections[k].global_coupling = value;
    if (Node* table = table_of(s, s.projections[k]))
      table->set("global_coupling", Node::of_number(value)) = Node::of_number(value);
  }
}

void set_encoder_number(Scenario& s, size_t encoder, const char* param, double value) {
  const auto write = [&](Node& params) { params.set(param, Node::of_number(value)) = Node::of_number(value); };
  write(s.encoders[encoder].plugin.params);
  Node* list = s.resolved.find("encoder");
  if (!list || !list->is(Node::Kind::array) || encoder >= list->items.size()) return;
  if (Node* params = list->items[encoder].find("params")) write(*params);
}

}  // namespace encephagen
