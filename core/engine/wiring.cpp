// Who is connected with whom: draws the synapses of one projection, one unit at a time, in any order.
#include "engine/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <unordered_set>

#include "encephagen/sdk/math.hpp"
#include "encephagen/sdk/random.hpp"
#include "engine/random_fill.hpp"

namespace encephagen {

// The random numbers of one unit.
class UnitStream {
 public:
  using result_type = uint32_t;  // a generator for the distributions of the standard library
  static constexpr uint32_t min() { return 0; }
  static constexpr uint32_t max() { return UINT32_MAX; }

  UnitStream(uint64_t key, std::string_view side, uint64_t unit) : random_(key, side, unit) {}
  uint32_t operator()() { return random_.next_u32(); }
  double uniform() { return random_.uniform(); }
  // In [0, n), without bias (Lemire 2019).
  uint32_t below(uint32_t n) {
    for (;;) {
      const uint64_t m = uint64_t{random_.next_u32()} * n;
      if (static_cast<uint32_t>(m) >= (0u - n) % n) return static_cast<uint32_t>(m >> 32);
    }
  }

 private:
  eg::Random random_;
};

namespace {

// Calls f(k) for every success of n Bernoulli trials: jumps from success to success (geometric gaps).
template <class F>
void bernoulli_trials(UnitStream& random, uint64_t n, double p, double log_q, double none, F&& f) {
  if (p <= 0) return;
  if (p >= 1) {
    for (uint64_t k = 0; k < n; ++k) f(k);
    return;
  }
  // The gap is at least n with probability (1 - p)^n: mostly, between regions, and then no logarithm is needed.
  double u = random.uniform();
  if (u <= none) return;
  const double scale = 1.0 / log_q;
  for (uint64_t k = 0;; ++k, u = random.uniform()) {
    const double gap = eg::log(u) * scale;  // rounded down below
    if (gap >= static_cast<double>(n - k)) return;
    k += static_cast<uint64_t>(gap);
    if (k >= n) return;
    f(k);
  }
}

// k different numbers below n, increasing (Floyd; Bentley 1987).
template <class F>
void distinct(UnitStream& random, uint32_t n, uint32_t k, F&& f) {
  thread_local std::vector<uint64_t> taken;
  taken.assign((n + 63) / 64, 0);
  for (uint32_t j = n - k; j < n; ++j) {
    uint32_t x = random.below(j + 1);
    if ((taken[x / 64] >> (x % 64)) & 1) x = j;
    taken[x / 64] |= uint64_t{1} << (x % 64);
  }
  for (uint32_t w = 0; w < taken.size(); ++w)
    for (uint64_t bits = taken[w]; bits != 0; bits &= bits - 1)
      f(w * 64 + static_cast<uint32_t>(std::countr_zero(bits)));
}

double tract_delay_ms(const ProjectionSpec& spec, double length_mm) {
  return length_mm * spec.length_scale / *spec.velocity_m_per_s;  // 1 m/s is 1 mm/ms
}

uint64_t rounded_steps(const ProjectionSpec& spec, double ms, double dt_ms, uint64_t minimum) {
  return std::max(minimum, static_cast<uint64_t>(std::llround(std::max(ms, spec.minimum_delay_ms) / dt_ms)));
}

bool counts_from_target(RuleKind kind) {
  return kind == RuleKind::fixed_indegree || kind == RuleKind::indegree_per_weight;
}

}  // namespace

std::vector<bool> regions_matching(const Brain& brain, const std::string& pattern) {
  const bool is_negated = pattern.starts_with("!");
  std::vector<bool> out(brain.n_regions(), is_negated);
  for (const size_t r : brain.select(is_negated ? pattern.substr(1) : pattern)) out[r] = !is_negated;
  return out;
}

void require_lengths(const ProjectionSpec& spec, const Brain& brain) {
  if (spec.velocity_m_per_s && brain.connectome.lengths_mm.empty())
    throw Failure(Exit::scenario_invalid,
                  spec.at.text() +
                      ": the connectome has no tract lengths; give delay = { fixed_ms = ... } instead of a velocity");
}

uint64_t delay_in_steps(const ProjectionSpec& spec, double length_mm, double dt_ms, uint64_t minimum) {
  const double ms = spec.velocity_m_per_s ? tract_delay_ms(spec, length_mm) : spec.delay_ms ? spec.delay_ms->a : 0;
  return rounded_steps(spec, ms, dt_ms, minimum);
}

void draw_values(const ValueSpec& v, uint64_t key, uint64_t unit, std::span<double> out, const Position& at) {
  using Kind = ValueSpec::Kind;
  const auto shape = [&](double z) {
    return v.kind == Kind::normal      ? v.a + v.b * z
           : v.kind == Kind::lognormal ? v.a * eg::exp(v.b * z)
                                       : v.a + (v.b - v.a) * z;
  };
  if (v.is_constant()) {
    std::ranges::fill(out, v.a);
    return;
  }
  (v.kind == Kind::uniform ? fill_uniform : fill_normal)(key, unit, 0, out);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = shape(out[i]);
    if (out[i] >= v.low && out[i] <= v.high) continue;
    eg::Random again(eg::mix_key(key, "again", unit), "synapse", i);
    int tries = 0;
    do {
      if (++tries > 1000)
        throw Failure(Exit::scenario_invalid,
                      fmt::format("{}: a distribution hardly ever falls within its bounds [{}, {}]: widen them",
                                  at.text(), v.low, v.high));
      out[i] = shape(v.kind == Kind::uniform ? again.uniform() : again.normal());
    } while (!(out[i] >= v.low && out[i] <= v.high));
  }
}

void Wiring::refuse(const std::string& text) const {
  throw Failure(Exit::scenario_invalid, spec_->at.text() + ": " + text);
}

Wiring::Wiring(const ProjectionSpec& spec, const Population& from, const Population& to, const Brain& brain,
               double dt_ms, uint64_t key)
    : spec_(&spec), from_(&from), to_(&to), brain_(&brain), dt_ms_(dt_ms), key_(key) {
  is_by_target_ = counts_from_target(spec.rule.kind);
  require_lengths(spec, brain);
  shares_delay_ = !spec.velocity_m_per_s && spec.delay_sd_ms == 0 && (!spec.delay_ms || spec.delay_ms->is_constant());
  if (shares_delay_) shared_delay_ = delay_steps(spec.delay_ms ? spec.delay_ms->a : 0);
  if (spec.rule.kind == RuleKind::listed) {
    listed_ = std::make_shared<const SavedSynapses>(read_synapses(spec, from.size(), to.size()));
    shares_delay_ = shares_delay_ && listed_->delay_ms.empty();
    return;
  }
  const size_t n = brain.n_regions();
  if (!spec.is_long_range) {
    if (spec.rule.kind != RuleKind::fixed_total) return;
    for (size_t r = 0; r < n; ++r) {
      const auto [first, last] = from.units_of_region()[r];
      const auto [target, last_target] = to.units_of_region()[r];
      totals_.push_back(draw_total(last - first, last_target - target, r));
    }
    return;
  }
  const auto is_source = regions_matching(brain, spec.from_region), is_target = regions_matching(brain, spec.to_region);
  links_.resize(n);
  for (size_t t = 0; t < n; ++t)
    for (size_t s = 0; s < n; ++s) {
      const double w = brain.connectome.weight(t, s);
      if (t == s || w <= 0 || !is_source[s] || !is_target[t]) continue;
      const double length = brain.connectome.lengths_mm.empty() ? 0 : brain.connectome.lengths_mm[t * n + s];
      if (spec.velocity_m_per_s) (void)delay_steps(tract_delay_ms(spec, length));
      const auto partner = static_cast<uint32_t>(is_by_target_ ? s : t);
      const auto [first_partner, last_partner] = (is_by_target_ ? from : to).units_of_region()[partner];
      const Trials trials(std::min(1.0, spec.rule.value * spec.global_coupling * w), last_partner - first_partner);
      Link link{partner, w, length, {}, trials};
      if (spec.rule.kind == RuleKind::fixed_total) {
        const auto [first, last] = from.units_of_region()[s];
        const auto [target, last_target] = to.units_of_region()[t];
        link.total = draw_total(last - first, last_target - target, t * n + s);
      }
      links_[is_by_target_ ? t : s].push_back(std::move(link));
    }
}

Wiring::Total Wiring::draw_total(uint32_t n_source, uint32_t n_target, uint64_t stream) const {
  Total out;
  const uint32_t choice = n_target - (from_ == to_ && !spec_->is_long_range && !spec_->autapses ? 1 : 0);
  if (spec_->multapses) {
    out.outdegree = share_out(n_source, stream);
    return out;
  }
  // Different pairs (Floyd; Bentley 1987).
  const auto k = static_cast<uint64_t>(spec_->rule.value), n = uint64_t{n_source} * choice;
  if (k > n) refuse(fmt::format("{} synapses without multapses need as many pairs of units, there are {}", k, n));
  eg::Random random(key_, "total", stream);
  std::unordered_set<uint64_t> taken;
  for (uint64_t j = n - k; j < n; ++j)
    if (const uint64_t x = random.below(j + 1); !taken.insert(x).second) taken.insert(j);
  out.pairs.assign(taken.begin(), taken.end());
  std::ranges::sort(out.pairs);
  return out;
}

// A fixed total over n sources: each synapse picks its source uniformly, so the counts are multinomial; drawn by
// halving.
std::vector<uint32_t> Wiring::share_out(uint32_t n, uint64_t stream) const {
  std::vector<uint32_t> out(n);
  UnitStream random(key_, "total", stream);
  const auto split = [&](auto&& self, uint32_t first, uint32_t last, uint64_t k) -> void {
    if (k == 0) return;
    if (last - first == 1) {
      out[first] = static_cast<uint32_t>(k);
      return;
    }
    const uint32_t middle = first + (last - first) / 2;
    std::binomial_distribution<uint64_t> left(k,
                                              static_cast<double>(middle - first) / static_cast<double>(last - first));
    const uint64_t to_left = left(random);
    self(self, first, middle, to_left);
    self(self, middle, last, k - to_left);
  };
  if (n > 0) split(split, 0, n, static_cast<uint64_t>(spec_->rule.value));
  return out;
}

Wiring::Trials::Trials(double probability, uint32_t n)
    : p(probability), log_q(p < 1 ? std::log1p(-p) : 0), none(eg::exp(log_q * static_cast<double>(n))) {}

void Wiring::draw(UnitStream& random, uint32_t unit, uint32_t first, uint32_t last, const Total& total,
                  double per_weight, const Trials& trials, std::vector<uint32_t>& out) const {
  const uint32_t n = last - first;
  if (n == 0) return;
  const bool same = from_ == to_ && unit >= first && unit < last;
  const bool skips_self = same && !spec_->autapses;
  const uint32_t self = unit - first;
  const auto add = [&](uint64_t k) {
    if (!skips_self || k != self) out.push_back(first + static_cast<uint32_t>(k));
  };
  const uint32_t choice = n - (skips_self ? 1 : 0);
  // Numbers below `choice` leave the unit itself out.
  const auto place = [&](uint32_t x) { out.push_back(first + x + (skips_self && x >= self ? 1 : 0)); };
  const auto counted = [&](double value) {
    const auto k = static_cast<uint32_t>(value);
    if (k == 0) return;
    if (choice == 0) refuse("a population of one unit cannot connect to itself without autapses");
    if (spec_->multapses) {
      for (uint32_t j = 0; j < k; ++j) place(random.below(choice));
    } else {
      if (k > choice)
        refuse(fmt::format("{} synapses per unit without multapses need {} partners, there are {}", k, k, choice));
      distinct(random, choice, k, place);
    }
  };
  switch (spec_->rule.kind) {
    case RuleKind::bernoulli:
    case RuleKind::bernoulli_per_weight:
      bernoulli_trials(random, n, trials.p, trials.log_q, trials.none, add);
      break;
    case RuleKind::all_to_all:
      for (uint32_t k = 0; k < n; ++k) add(k);
      break;
    case RuleKind::fixed_indegree:
    case RuleKind::fixed_outdegree:
      counted(spec_->rule.value);
      break;
    case RuleKind::indegree_per_weight:
      counted(std::floor(per_weight) + (random.uniform() < per_weight - std::floor(per_weight) ? 1 : 0));
      break;
    case RuleKind::fixed_total: {
      const uint64_t source = unit - from_->units_of_region()[from_->region_of(unit)].first;
      if (spec_->multapses) {
        counted(total.outdegree[source]);
        break;
      }
      const auto from = std::ranges::lower_bound(total.pairs, source * choice),
                 to = std::ranges::lower_bound(total.pairs, (source + 1) * choice);
      for (auto pair = from; pair != to; ++pair) place(static_cast<uint32_t>(*pair - source * choice));
      break;
    }
    default:
      break;
  }
}

void Wiring::within(uint32_t unit, std::vector<uint32_t>& out) const {
  const auto& drawing = is_by_target_ ? *to_ : *from_;
  const auto& partner = is_by_target_ ? *from_ : *to_;
  const size_t r = drawing.region_of(unit);
  const auto [first, last] = partner.units_of_region()[r];
  if (spec_->rule.kind == RuleKind::one_to_one) {
    out.push_back(first + unit - drawing.units_of_region()[r].first);
    return;
  }
  UnitStream random(key_, is_by_target_ ? "target" : "source", unit);
  static const Total none;
  draw(random, unit, first, last, totals_.empty() ? none : totals_[r], 0, Trials(spec_->rule.value, last - first), out);
}

void Wiring::between(uint32_t unit, std::vector<uint32_t>& out) const {
  const auto& drawing = is_by_target_ ? *to_ : *from_;
  const auto& partner = is_by_target_ ? *from_ : *to_;
  const size_t r = drawing.region_of(unit);
  if (links_[r].empty()) return;
  UnitStream random(key_, is_by_target_ ? "target" : "source", unit);
  for (const Link& link : links_[r]) {
    const auto [first, last] = partner.units_of_region()[link.region];
    if (spec_->rule.kind == RuleKind::one_to_one) {
      if (const uint32_t k = unit - drawing.units_of_region()[r].first; k < last - first) out.push_back(first + k);
      continue;
    }
    draw(random, unit, first, last, link.total, spec_->rule.value * spec_->global_coupling * link.weight, link.trials,
         out);
  }
}

void Wiring::partners(uint32_t unit, std::vector<uint32_t>& out) const {
  if (listed_) {
    const auto [first, last] = listed_->row(unit);
    out.insert(out.end(), listed_->target.begin() + first, listed_->target.begin() + last);
    return;
  }
  spec_->is_long_range ? between(unit, out) : within(unit, out);
}

double Wiring::weight_between(size_t t, size_t s) const {
  return spec_->scales_weight ? spec_->global_coupling * brain_->connectome.weight(t, s) : 1.0;
}

void Wiring::weights(uint32_t unit, std::span<const uint32_t> partners, std::vector<double>& out) const {
  if (listed_) {
    const auto [first, last] = listed_->row(unit);
    out.insert(out.end(), listed_->weight.begin() + first, listed_->weight.begin() + last);
    return;
  }
  if (shares_weight()) {
    out.insert(out.end(), partners.size(), spec_->weight.a);
    return;
  }
  thread_local std::vector<double> drawn;
  drawn.resize(partners.size());
  draw_values(spec_->weight, key_ ^ 0x77656967, unit, drawn, spec_->at);
  const bool has_factor = spec_->scales_weight || !spec_->region_factor.empty();
  for (size_t k = 0; k < partners.size(); ++k) {
    double w = drawn[k];
    if (has_factor) {
      const uint32_t source = is_by_target_ ? partners[k] : unit, target = is_by_target_ ? unit : partners[k];
      const size_t t = to_->region_of(target);
      w *= weight_between(t, from_->region_of(source)) * (spec_->region_factor.empty() ? 1.0 : spec_->region_factor[t]);
    }
    out.push_back(w);
  }
}

uint16_t Wiring::delay_steps(double ms) const {
  const uint64_t steps = rounded_steps(*spec_, ms, dt_ms_, 1);
  if (steps > 65535) refuse(fmt::format("a delay of {} steps is too long; the limit is 65535", steps));
  return static_cast<uint16_t>(steps);
}

void Wiring::delays(uint32_t unit, std::span<const uint32_t> partners, std::vector<uint16_t>& out) const {
  if (shares_delay_) {
    out.insert(out.end(), partners.size(), shared_delay_);
    return;
  }
  if (listed_ && !listed_->delay_ms.empty()) {
    const auto [first, last] = listed_->row(unit);
    for (auto k = first; k < last; ++k) out.push_back(delay_steps(listed_->delay_ms[static_cast<size_t>(k)]));
    return;
  }
  thread_local std::vector<double> ms;
  ms.resize(partners.size());
  const uint64_t key = key_ ^ 0x64656c61;
  if (!spec_->velocity_m_per_s && spec_->delay_sd_ms == 0) {
    draw_values(*spec_->delay_ms, key, unit, ms, spec_->at);
  } else {
    const size_t n = brain_->n_regions();
    for (size_t k = 0; k < partners.size(); ++k) {
      const uint32_t source = is_by_target_ ? partners[k] : unit, target = is_by_target_ ? unit : partners[k];
      ms[k] = spec_->velocity_m_per_s
                  ? tract_delay_ms(*spec_,
                                   brain_->connectome.lengths_mm[to_->region_of(target) * n + from_->region_of(source)])
                  : spec_->delay_ms->a;
    }
    if (spec_->delay_sd_ms > 0) {
      thread_local std::vector<double> scatter;
      scatter.resize(ms.size());
      fill_normal(key, unit, 0, scatter);
      for (size_t k = 0; k < ms.size(); ++k) {
        const double centre = std::max(ms[k], spec_->minimum_delay_ms);
        ms[k] = centre + spec_->delay_sd_ms * scatter[k];
        if (ms[k] >= spec_->minimum_delay_ms) continue;
        eg::Random again(eg::mix_key(key, "again", unit), "synapse", k);
        while (ms[k] < spec_->minimum_delay_ms) ms[k] = centre + spec_->delay_sd_ms * again.normal();
      }
    }
  }
  for (const double x : ms) out.push_back(delay_steps(x));
}

}  // namespace encephagen
