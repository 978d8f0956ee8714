// Do labels fit rows, and if not, would an alphabetical order?
#include "scenario/audit/order_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace encephagen::auditing {
namespace {

// Beyond this probability, labels as they stand are no better than random ones.
constexpr double chance = 0.05;

// Thalamus and basal ganglia lie amid the brain and project far: their weights do not fall with distance.
bool is_basal(const RegionName& name) {
  const auto what = name.structure;
  return what == Structure::striatum || what == Structure::pallidum || what == Structure::thalamus;
}

// The order that results if someone sorted the rows of each block by `name` but left the labels alone. Regions that are
// `held` stay where they are.
template <class Name, class Held>
Order sorted_order(const std::vector<Block>& blocks, size_t n, const Name& name, const Held& held) {
  Order order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  for (const auto& block : blocks) {
    std::vector<size_t> places;
    std::ranges::copy_if(block.regions, std::back_inserter(places), [&](size_t i) { return !held(i); });
    std::vector<size_t> by_name = places;
    std::ranges::stable_sort(by_name, {}, name);
    for (size_t k = 0; k < places.size(); ++k) order[by_name[k]] = places[k];
  }
  return order;
}

// Alphabetical orders people produce by accident, without those that are the order as it stands.
std::vector<Order> alphabetical_orders(const Subject& s) {
  Order as_is(s.n);
  std::iota(as_is.begin(), as_is.end(), size_t{0});
  const std::vector<Block> whole = {{"all regions", as_is}};
  const auto base = [&](size_t i) { return s.names[i].base; };
  const auto label = [&](size_t i) { return s.c.labels[i]; };
  const auto none = [](size_t) { return false; };
  const auto basal = [&](size_t i) { return is_basal(s.names[i]); };
  const auto deep = [&](size_t i) { return s.names[i].structure != Structure::cortex; };
  std::set<Order> orders;
  for (const auto* blocks : {&s.blocks, &whole}) {
    orders.insert(sorted_order(*blocks, s.n, base, none));
    orders.insert(sorted_order(*blocks, s.n, base, basal));
    orders.insert(sorted_order(*blocks, s.n, base, deep));
    orders.insert(sorted_order(*blocks, s.n, label, none));
    orders.insert(sorted_order(*blocks, s.n, label, deep));
  }
  orders.erase(as_is);
  return {orders.begin(), orders.end()};
}

void try_orders(Witness& w, const std::vector<Order>& orders, const std::vector<const OrderTest*>& tests) {
  for (size_t k = 0; k < orders.size(); ++k)
    for (const auto* test : tests) {
      const double value = test->value(orders[k]);
      if (std::isfinite(value) && (!w.alphabetical || w.sign * (value - *w.alphabetical) > 0))
        w.alphabetical = value, w.best_order = k;
    }
}

std::vector<Witness> distance_witnesses(const Subject& s, const std::vector<Order>& orders) {
  std::vector<Witness> out;
  if (s.distance_mm.empty()) return out;
  const auto weights = s.symmetric_weights();
  for (const auto& hemisphere : s.blocks) {
    Block block{hemisphere.name, {}};
    std::ranges::copy_if(hemisphere.regions, std::back_inserter(block.regions),
                         [&](size_t i) { return s.has_own_centre[i] && s.has_links[i] && !is_basal(s.names[i]); });
    if (block.regions.size() < least_regions) continue;
    const OrderTest test(s.n, s.distance_mm, weights, block);
    if (!std::isfinite(test.value())) continue;
    Witness w{"weights against distance, " + block.name,
              block.regions.size(),
              test.value(),
              -1,
              test.random(s.context.random_orders, s.context.seed),
              {},
              0};
    try_orders(w, orders, {&test});
    out.push_back(std::move(w));
  }
  return out;
}

// Regions by name and side; names that stand twice are left out.
std::map<std::pair<std::string, Side>, size_t> unique_names(const std::vector<RegionName>& names) {
  std::map<std::pair<std::string, Side>, size_t> out;
  std::set<std::pair<std::string, Side>> twice;
  for (size_t i = 0; i < names.size(); ++i)
    if (!out.try_emplace({names[i].key, names[i].side}, i).second) twice.insert({names[i].key, names[i].side});
  for (const auto& name : twice) out.erase(name);
  return out;
}

std::vector<CommonRegions> common_regions(const Subject& s) {
  std::vector<CommonRegions> out;
  if (!s.context.reference) return out;
  const auto here = unique_names(s.names), there = unique_names(region_names(*s.context.reference->connectome));
  for (const auto& hemisphere : s.blocks) {
    CommonRegions common{hemisphere.name, {}};
    for (const size_t i : hemisphere.regions) {
      const std::pair name{s.names[i].key, s.names[i].side};
      if (here.contains(name) && there.contains(name)) common.regions.emplace_back(i, there.at(name));
    }
    if (common.regions.size() >= least_regions) out.push_back(std::move(common));
  }
  return out;
}

// Tests against the reference as it is and transposed, since either may be the wrong way round.
std::vector<Witness> reference_witnesses(const Subject& s, const std::vector<CommonRegions>& all,
                                         const std::vector<Order>& orders) {
  std::vector<Witness> out;
  for (const auto& common : all) {
    const eg::Connectome& r = *s.context.reference->connectome;
    Block block{common.hemisphere, {}};
    std::vector<double> straight(s.n * s.n, 0.0), transposed(s.n * s.n, 0.0);
    for (const auto& [i, there_i] : common.regions) {
      block.regions.push_back(i);
      for (const auto& [j, there_j] : common.regions)
        straight[i * s.n + j] = transposed[j * s.n + i] = r.weight(there_i, there_j);
    }
    const OrderTest one(s.n, straight, s.c.weights, block), two(s.n, transposed, s.c.weights, block);
    if (!std::isfinite(one.value()) || !std::isfinite(two.value())) continue;
    const OrderTest& better = two.value() > one.value() ? two : one;
    Witness w{fmt::format("weights against those of {}, {}", s.context.reference->name, block.name),
              block.regions.size(),
              better.value(),
              1,
              better.random(s.context.random_orders, s.context.seed),
              {},
              0};
    try_orders(w, orders, {&one, &two});
    out.push_back(std::move(w));
  }
  return out;
}

double p_value(const Witness& w, double value) { return w.sign > 0 ? w.random.p_high(value) : w.random.p_low(value); }

}  // namespace

bool Witness::labels_fit() const { return p_value(*this, as_labelled) <= chance; }

bool Witness::alphabetical_fits_better() const {
  return alphabetical && p_value(*this, *alphabetical) <= 1.5 / static_cast<double>(random.values.size() + 1) &&
         sign * (*alphabetical - as_labelled) > 4 * random.sd;
}

std::string Witness::text() const {
  std::string out = fmt::format("{} ({} regions): {} as labelled", what, n_regions, signed_text(as_labelled));
  if (alphabetical) out += fmt::format(", {} if rows were in alphabetical order", signed_text(*alphabetical));
  return out + fmt::format(" ({})", random.text());
}

std::vector<Witness> OrderEvidence::all() const {
  auto out = by_reference;
  out.insert(out.end(), by_distance.begin(), by_distance.end());
  return out;
}

OrderEvidence order_evidence(const Subject& s) {
  OrderEvidence e;
  e.alphabetical = alphabetical_orders(s);
  e.by_distance = distance_witnesses(s, e.alphabetical);
  e.common = common_regions(s);
  e.by_reference = reference_witnesses(s, e.common, e.alphabetical);
  const auto all = e.all();
  const auto sorted = std::ranges::find_if(all, &Witness::alphabetical_fits_better);
  if (sorted != all.end()) {
    e.plausible = e.alphabetical[sorted->best_order];
  } else if (std::ranges::all_of(e.by_reference.empty() ? e.by_distance : e.by_reference, &Witness::labels_fit)) {
    e.plausible.emplace(s.n);
    std::iota(e.plausible->begin(), e.plausible->end(), size_t{0});
  }
  return e;
}

}  // namespace encephagen::auditing
