// Which property of a connectome is enough to explain each metric.
#include "experiment/level_decomposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "experiment/claim.hpp"
#include "experiment/metrics_csv.hpp"
#include "experiment/text_table.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

constexpr size_t resamples = 2000;  // of explained fractions: a rule of 0.6 and 0.8 needs no third digit

// "" or why nothing can be said of this decomposition.
std::string invalid(const DecompositionSpec& spec, const RunTable& table, const std::vector<RunMetrics>& metrics) {
  if (spec.valid_metric.empty()) return "";
  try {
    const MetricExpression expression(spec.valid_metric);
    const auto selection = select_runs(table.runs, spec.real, spec.where);
    if (!selection.error.empty()) return selection.error;
    const RunsInView all(table, metrics);
    std::vector<double> values;
    for (const size_t r : selection.runs)
      if (!table.runs[r].failed) values.push_back(expression.evaluate(all, r));
    const double value = stats::mean(values);
    if (value > spec.valid_above) return "";
    return fmt::format("{} is {:.4g} in arm '{}', not above {:.4g}: the metrics mean nothing here", spec.valid_metric,
                       value, spec.real, spec.valid_above);
  } catch (const ExpressionError& e) {
    return fmt::format("valid_where '{}', column {}: {}", spec.valid_metric, e.column(), e.what());
  }
}

class Decomposer {
 public:
  Decomposer(const DecompositionSpec& spec, const RunTable& table, const std::vector<RunMetrics>& metrics)
      : spec_(spec), table_(table), metrics_(metrics) {
    out_.spec = spec;
  }

  Decomposition run() {
    out_.refusal = invalid(spec_, table_, metrics_);
    if (!out_.refusal.empty()) return std::move(out_);
    for (const auto& metric : expand_metrics(spec_.metrics, table_, spec_.real)) {
      std::vector<ClaimResult> ranks;
      for (const auto& rung : spec_.ladder) ranks.push_back(rank(metric, rung.arm));
      if (const auto bad = std::ranges::find(ranks, Verdict::not_testable, &ClaimResult::verdict); bad != ranks.end())
        skip(metric, bad->reason);
      else
        add(metric, ranks);
    }
    if (out_.metrics.empty() && out_.refusal.empty())
      out_.refusal = out_.caveats.empty() ? "no metric is there" : out_.caveats[0];
    correct();
    find_power();
    for (auto& m : out_.metrics) classify(m);
    return std::move(out_);
  }

 private:
  // Where the real graph stands among the nulls of one rung.
  ClaimResult rank(const std::string& metric, const std::string& arm) const {
    ClaimSpec c;
    c.id = spec_.id + ": " + metric + ": " + arm;
    c.metric = metric;
    c.compare = {spec_.real, arm};
    c.where = spec_.where;
    c.test = TestKind::rank;
    c.tail = stats::Tail::two_sided;
    c.alpha = spec_.alpha;
    c.as_published = spec_.as_published;
    c.seed = spec_.seed;
    return observe(c, table_, metrics_);
  }

  void skip(const std::string& metric, const std::string& why) {
    out_.caveats.push_back(fmt::format("'{}' is left out: {}", metric, why));
  }

  void add(const std::string& metric, const std::vector<ClaimResult>& ranks) {
    DecomposedMetric m;
    m.metric = metric;
    const Side& real = ranks[0].sides[0];
    m.real = real.mean;
    m.real_sd = stats::sd_sample(real.repeats);
    size_t er = 0;
    while (spec_.ladder[er].keeps != stats::RungClass::er) ++er;
    for (size_t k = 0; k < ranks.size(); ++k) {
      const Side& nulls = ranks[k].sides[1];
      RungResult r;
      r.arm = spec_.ladder[k].arm;
      r.n = nulls.values.size();
      r.mean = nulls.mean;
      r.sd = nulls.sd;
      r.z = stats::z_score(real.mean, nulls.values);
      r.p_floor = ranks[k].p_floor;
      r.rung = {r.arm, spec_.ladder[k].keeps, ranks[k].p, false, {}};
      if (k != er)
        r.rung.explained =
            stats::explained_fraction(real.repeats, nulls.values, ranks[er].sides[1].values, 1 - spec_.alpha, resamples,
                                      eg::mix_key(spec_.seed, spec_.id + metric, k));
      m.rungs.push_back(std::move(r));
    }
    for (const auto& rank : ranks)
      for (const auto& text : rank.caveats)
        if (std::ranges::find(out_.caveats, text) == out_.caveats.end()) out_.caveats.push_back(text);
    out_.metrics.push_back(std::move(m));
  }

  // Each rung asks one question of all metrics: they are corrected together.
  void correct() {
    for (size_t k = 0; k < spec_.ladder.size(); ++k) {
      std::vector<double> p;
      for (const auto& m : out_.metrics) p.push_back(m.rungs[k].rung.p);
      const auto q = spec_.correction == Correction::bh   ? stats::benjamini_hochberg(p)
                     : spec_.correction == Correction::by ? stats::benjamini_yekutieli(p)
                                                          : p;
      for (size_t i = 0; i < p.size(); ++i) {
        auto& r = out_.metrics[i].rungs[k];
        r.q = q[i];
        r.rung.is_significant = q[i] <= spec_.alpha;
      }
    }
  }

  void find_power() {
    const double m = spec_.correction == Correction::none ? 1 : static_cast<double>(out_.metrics.size());
    for (const auto& metric : out_.metrics)
      for (const auto& r : metric.rungs) out_.is_too_small |= r.p_floor * m > spec_.alpha * (1 + 1e-9);
    if (out_.is_too_small)
      out_.caveats.emplace_back(
          "with so few nulls no metric can be significant alone: uninformative ones may be of any level");
  }

  void classify(DecomposedMetric& m) const {
    std::vector<stats::Rung> ladder;
    for (auto& r : m.rungs) {
      r.is_reproduced = r.rung.keeps != stats::RungClass::er && stats::is_reproduced_by(r.rung);
      ladder.push_back(r.rung);
    }
    m.level = stats::classify_level(ladder);
  }

  const DecompositionSpec& spec_;
  const RunTable& table_;
  const std::vector<RunMetrics>& metrics_;
  Decomposition out_;
};

constexpr stats::Level all_levels[] = {stats::Level::degree, stats::Level::strength,      stats::Level::constraint,
                                       stats::Level::wiring, stats::Level::uninformative, stats::Level::unresolved};

Colour colour_of(stats::Level level) {
  return level == stats::Level::wiring       ? Colour::good
         : level == stats::Level::unresolved ? Colour::unclear
                                             : Colour::none;
}

}  // namespace

size_t Decomposition::count(stats::Level level) const {
  return static_cast<size_t>(std::ranges::count(metrics, level, [](const auto& m) { return m.level.level; }));
}

std::vector<std::string> expand_metrics(const std::vector<std::string>& patterns, const RunTable& table,
                                        const std::string& arm) {
  std::vector<std::string> out;
  for (const auto& pattern : patterns) {
    if (!pattern.ends_with("[*]")) {
      out.push_back(pattern);
      continue;
    }
    const auto name = pattern.substr(0, pattern.size() - 3);
    std::optional<size_t> run;
    for (const auto& row : table.rows) {
      if (row.metric != name || (run ? row.run != *run : table.runs[row.run].arm != arm)) continue;
      run = row.run;
      if (!row.group.empty() && !row.group.starts_with("region:"))
        out.push_back(fmt::format("{}[{}]", name, row.group));
    }
    if (!run) out.push_back(name);  // whose test will say what there is instead
  }
  return out;
}

std::vector<Decomposition> decompose(std::span<const DecompositionSpec> specs, const RunTable& table) {
  std::vector<Decomposition> out;
  if (specs.empty()) return out;
  const auto metrics = metrics_by_run(table);
  for (const auto& spec : specs) out.push_back(Decomposer(spec, table, metrics).run());
  return out;
}

std::string write_decompositions_csv(std::span<const Decomposition> decompositions) {
  std::string out =
      "decomposition,metric,real,real_sd,rung,keeps,n,mean,sd,z,p,q,explained,explained_low,explained_high,"
      "reproduced,level\n";
  for (const auto& d : decompositions)
    for (const auto& m : d.metrics)
      for (const auto& r : m.rungs) {
        const auto& e = r.rung.explained;
        out += fmt::format("{},\"{}\",{},{},{},{},{}", d.spec.id, m.metric, csv_number(m.real), csv_number(m.real_sd),
                           r.arm, stats::name_of(r.rung.keeps), r.n);
        for (const double v : {r.mean, r.sd, r.z, r.rung.p, r.q, e.value, e.interval.low, e.interval.high})
          out += "," + csv_number(v);
        out += fmt::format(",{},{}\n", r.is_reproduced ? "yes" : "no", stats::name_of(m.level.level));
      }
  return out;
}

std::string decompositions_table(std::span<const Decomposition> decompositions, bool use_colour) {
  std::string out;
  for (const auto& d : decompositions) {
    out += fmt::format("{}{}: {}\n", out.empty() ? "" : "\n", d.spec.id, d.spec.text);
    if (!d.refusal.empty()) {
      out += fmt::format("  not testable: {}\n", d.refusal);
      continue;
    }
    std::vector<std::string> header{"metric", "real"};
    std::vector<bool> right{false, true};
    for (const auto& rung : d.spec.ladder) {
      const bool is_er = rung.keeps == stats::RungClass::er;
      header.push_back(is_er ? "z " + rung.arm : "z, E " + rung.arm);
      right.push_back(true);
    }
    header.emplace_back("level");
    right.push_back(false);
    std::vector<std::vector<Cell>> rows;
    for (const auto& m : d.metrics) {
      std::vector<Cell> row{{m.metric}, {number_cell(m.real)}};
      for (const auto& r : m.rungs) {
        const bool is_er = r.rung.keeps == stats::RungClass::er;
        std::string text = fmt::format("{:.1f}{}", r.z, r.rung.is_significant ? "*" : "");
        if (!is_er) text += fmt::format(", {:.2f}{}", r.rung.explained.value, r.is_reproduced ? "=" : "");
        row.push_back({text});
      }
      row.push_back({stats::name_of(m.level.level), colour_of(m.level.level)});
      rows.push_back(std::move(row));
    }
    out += text_table(header, rows, right, use_colour);
    std::vector<std::string> counts;
    for (const auto level : all_levels) counts.push_back(fmt::format("{} {}", stats::name_of(level), d.count(level)));
    out += "  " + join(counts, ", ") + "   (* significant after correction, = reproduced)\n";
    for (const auto& c : d.caveats) out += "  note: " + c + "\n";
  }
  return out;
}

}  // namespace encephagen
