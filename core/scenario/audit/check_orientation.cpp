// Checks of direction: do projections run the way anatomy says, and is a matrix symmetric that should be?
#include <fmt/format.h>

#include <cmath>

#include "host/text.hpp"
#include "scenario/audit/order_evidence.hpp"

namespace encephagen::auditing {
namespace {

// Projections without a way back: cortex to striatum to pallidum to thalamus (Alexander, DeLong & Strick 1986, Annu Rev
// Neurosci 9:357).
struct OneWay {
  Structure from, to;
  const char* text;
};
constexpr OneWay one_way[] = {{Structure::cortex, Structure::striatum, "cortex to striatum"},
                              {Structure::striatum, Structure::pallidum, "striatum to pallidum"},
                              {Structure::pallidum, Structure::thalamus, "pallidum to thalamus"}};
// With fewer pairs of regions that are linked in one direction only, nothing is said.
constexpr size_t least_pairs = 5;

struct Count {
  size_t forward = 0, backward = 0;  // linked in this direction only
};

bool is_cortical(const Subject& s, size_t i) {
  const auto* flag = s.c.attribute("cortical");
  return !flag || flag->numbers.size() != s.n || flag->numbers[i] != 0;
}

Count count(const Subject& s, const OneWay& p) {
  Count out;
  for (size_t i = 0; i < s.n; ++i)
    for (size_t j = 0; j < s.n; ++j) {
      if (s.names[i].structure != p.from || s.names[j].structure != p.to || s.names[i].side != s.names[j].side)
        continue;
      if (p.from == Structure::cortex && !is_cortical(s, i)) continue;
      const bool forward = s.c.weight(j, i) != 0, backward = s.c.weight(i, j) != 0;
      out.forward += forward && !backward;
      out.backward += backward && !forward;
    }
  return out;
}

const char* rows_text(MatrixRows rows) { return rows == MatrixRows::sources ? "sources" : "targets"; }
MatrixRows other(MatrixRows rows) { return rows == MatrixRows::sources ? MatrixRows::targets : MatrixRows::sources; }

// The part of the weights that changes sign when the matrix is transposed, against that of the reference: positive if
// both are the same way round.
std::optional<Witness> against_reference(const Subject& s, const OrderEvidence& e) {
  if (e.common.empty() || !e.plausible) return std::nullopt;
  const eg::Connectome& r = *s.context.reference->connectome;
  std::vector<double> theirs(s.n * s.n, 0.0), ours(s.n * s.n, 0.0);
  const auto& order = *e.plausible;
  const auto& common = e.common.front();
  Block block{common.hemisphere, {}};
  for (const auto& [i, there_i] : common.regions) {
    block.regions.push_back(i);
    for (const auto& [j, there_j] : common.regions) {
      theirs[i * s.n + j] = r.weight(there_i, there_j) - r.weight(there_j, there_i);
      ours[i * s.n + j] = s.c.weight(order[i], order[j]) - s.c.weight(order[j], order[i]);
    }
  }
  const OrderTest test(s.n, theirs, ours, block);
  if (!std::isfinite(test.value())) return std::nullopt;
  return Witness{"asymmetric part against that of " + s.context.reference->name,
                 block.regions.size(),
                 test.value(),
                 1,
                 test.random(s.context.random_orders, s.context.seed),
                 {},
                 0};
}

std::string claim_text(const AuditContext& context, MatrixRows evidence) {
  if (context.claimed_rows == MatrixRows::unknown) return "";
  if (context.claimed_rows == MatrixRows::undirected) return "; the manifest calls it undirected";
  return fmt::format("; the manifest says rows are {}, {}", rows_text(context.claimed_rows),
                     context.claimed_rows == evidence ? "and the evidence agrees" : "which the evidence contradicts");
}

}  // namespace

void check_orientation(const OrderEvidence& e, const Subject& s, Findings& out) {
  Finding f{"orientation", Severity::ok, "", ""};
  if (!s.is_directed()) {
    f.text = "the matrix is symmetric: its orientation does not matter";
    out.push_back(std::move(f));
    return;
  }
  const MatrixRows read_as = s.context.read_as;
  Count sum;
  std::vector<std::string> parts;
  for (const auto& p : one_way) {
    const Count k = count(s, p);
    sum.forward += k.forward, sum.backward += k.backward;
    if (k.forward + k.backward > 0)
      parts.push_back(fmt::format("{} {} forward, {} backward", p.text, k.forward, k.backward));
    f.evidence.emplace_back(std::string(p.text) + ", forward only", static_cast<double>(k.forward));
    f.evidence.emplace_back(std::string(p.text) + ", backward only", static_cast<double>(k.backward));
  }
  const auto reference = against_reference(s, e);
  if (reference) {
    parts.push_back(fmt::format("{} ({} regions): correlation {} ({})", reference->what, reference->n_regions,
                                signed_text(reference->as_labelled), reference->random.text()));
    f.evidence.emplace_back(reference->what, reference->as_labelled);
  }
  // Votes of the two kinds of evidence: 1 as read, -1 reversed, 0 no word.
  const size_t total = sum.forward + sum.backward;
  const double share = total ? static_cast<double>(sum.forward) / static_cast<double>(total) : 0.5;
  const int anatomy = total < least_pairs ? 0 : share >= 0.8 ? 1 : share <= 0.2 ? -1 : 0;
  int likeness = 0;
  if (reference && reference->random.p_high(reference->as_labelled) <= 0.01) likeness = 1;
  if (reference && reference->random.p_low(reference->as_labelled) <= 0.01) likeness = -1;
  const std::string numbers = parts.empty() ? "" : "; " + join(parts, "; ");
  const std::string as_read = fmt::format("read as rows = {}", rows_text(read_as));
  if (anatomy + likeness > 0) {
    f.text =
        fmt::format("{}, projections run the way they should{}{}", as_read, claim_text(s.context, read_as), numbers);
  } else if (anatomy + likeness < 0) {
    f.severity = Severity::error;
    f.text = fmt::format("orientation reversed: {}, projections run backwards{}{}", as_read,
                         claim_text(s.context, other(read_as)), numbers);
    f.action = fmt::format("read it with rows = \"{}\"", rows_text(other(read_as)));
  } else if (total >= least_pairs || anatomy * likeness < 0) {
    f.severity = Severity::warning;
    f.text = fmt::format("{}, projections contradict each other{}", as_read, numbers);
    f.action = "find out from the source of the matrix what its rows are";
  } else {
    f.severity = Severity::note;
    f.text = fmt::format("not tested: {}; too few regions are known to project one way only{}", as_read, numbers);
    f.action = "take the orientation from the source of the matrix";
  }
  out.push_back(std::move(f));
}

void check_symmetry(const Subject& s, Findings& out) {
  const double relative = s.largest_weight > 0 ? s.largest_asymmetry / s.largest_weight : 0;
  size_t unequal = 0, linked = 0;
  for (size_t i = 0; i < s.n; ++i)
    for (size_t j = 0; j < i; ++j) {
      if (s.c.weight(i, j) == 0 && s.c.weight(j, i) == 0) continue;
      ++linked;
      unequal += std::abs(s.c.weight(i, j) - s.c.weight(j, i)) > 1e-6 * s.largest_weight;
    }
  const bool claimed_undirected = s.context.claimed_rows == MatrixRows::undirected;
  const bool claimed_symmetric = s.context.claimed_symmetric.value_or(false);
  const bool claimed_directed =
      s.context.claimed_rows == MatrixRows::targets || s.context.claimed_rows == MatrixRows::sources;
  Finding f{"symmetry",
            Severity::ok,
            "",
            "",
            {{"largest asymmetry / largest weight", relative}, {"unequal pairs", static_cast<double>(unequal)}}};
  const std::string numbers =
      fmt::format("{} of {} linked pairs differ between the two directions, by up to {:.2g} of the largest weight",
                  unequal, linked, relative);
  if (relative == 0) {
    f.text = "the matrix is symmetric";
    if (claimed_directed) {
      f.severity = Severity::warning;
      f.text = "the matrix is symmetric, but its manifest says that it is directed";
      f.action = "treat it as undirected, or find the directed original";
    }
  } else if (!s.is_directed()) {
    f.text = fmt::format("symmetric but for rounding (largest difference {:.2g} of the largest weight)", relative);
    if (relative > 1e-6) f.severity = Severity::note, f.action = "symmetrise it: (W + W^T) / 2";
  } else if (claimed_symmetric || claimed_undirected) {
    f.severity = claimed_symmetric ? Severity::error : Severity::warning;
    f.text = fmt::format("not symmetric although its manifest says {}: {}",
                         claimed_symmetric ? "that it is" : "undirected", numbers);
    f.action = "tractography has no direction: symmetrise it, (W + W^T) / 2, or find the original";
  } else {
    f.text = "directed: " + numbers;
  }
  out.push_back(std::move(f));
}

}  // namespace encephagen::auditing
