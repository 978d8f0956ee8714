// [calibrate]: what may stand in it, and what it refers to.
#include "scenario/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "host/text.hpp"
#include "scenario/scenario.hpp"

namespace encephagen {
namespace {

using T = FieldType;

// Populations of any template that a list of names means. Names of populations whose plugin could not be used have been
// reported already; with them nothing can be calibrated.
std::vector<size_t> populations(const Scenario& s, const Node& list, bool any_is_broken, Diagnostics& d) {
  std::vector<size_t> out;
  for (const Node& name : list.is(Node::Kind::array) ? list.items : std::vector<Node>{list}) {
    if (!name.is(Node::Kind::text)) continue;
    std::vector<std::string> known;
    const size_t before = out.size();
    for (size_t p = 0; p < s.populations.size(); ++p) {
      known.push_back(s.populations[p].name);
      if (s.populations[p].name == name.text || s.populations[p].short_name == name.text) out.push_back(p);
    }
    if (out.size() == before && !any_is_broken)
      d.error(name.at,
              fmt::format("[calibrate]: no population named '{}'{}", name.text, did_you_mean(name.text, known)));
  }
  return out;
}

bool is_poisson(const EncoderSpec& e) { return std::string_view(e.plugin.found->plugin->name) == "core.poisson"; }

}  // namespace

const TableSpec& calibrate_spec() {
  static const TableSpec table{
      "[calibrate]",
      "Sets weights and external input by theory before the network is built (van Vreeswijk & Sompolinsky 1996: J = J0 "
      "/ "
      "sqrt(K); inhibition that dominates; the external rate from the inverse of Siegert's formula). What is written "
      "elsewhere says who is connected and the signs of weights; resolved.toml shows the numbers.",
      {{.name = "excitatory", .type = T::text_or_list, .doc = "excitatory populations", .required = true},
       {.name = "inhibitory", .type = T::text_or_list, .doc = "inhibitory populations", .required = true},
       {.name = "encoder",
        .type = T::integer,
        .doc = "which [[encoder]], counted from 0, is the external input; a core.poisson one",
        .preset = int64_t{0},
        .low = 0,
        .high = 1e6},
       {.name = "scaling",
        .type = T::choice,
        .doc = "balanced: as above. as_published: the study of 2026, J = 16 j_mv / C_E as a jump of the current and an "
               "external rate of threshold_ratio times the one that reaches threshold with delta synapses",
        .preset = "balanced",
        .choices = {"balanced", "as_published"}},
       {.name = "target_rate_hz",
        .type = T::number,
        .doc = "balanced: rate of a region of average input",
        .low = 1e-6,
        .high = 1e6},
       {.name = "j0_mv",
        .type = T::number,
        .doc = "balanced: an excitatory spike moves the potential by this / sqrt(K), K the local excitatory in-degree",
        .preset = 3.162,
        .low = 1e-6,
        .high = 1e6},
       {.name = "dominance",
        .type = T::number,
        .doc = "balanced: inhibitory over excitatory input at equal rates, long-range input included",
        .preset = 1.2,
        .low = 1e-3,
        .high = 1e3},
       {.name = "mode",
        .type = T::choice,
        .doc =
            "balanced: uniform gives all regions the inhibition that the strongest needs; per_region gives each what "
            "it needs (feedback inhibition control, Deco et al. 2014)",
        .preset = "uniform",
        .choices = {"uniform", "per_region"}},
       {.name = "long_range_share",
        .type = T::number,
        .doc = "balanced: mean long-range over local excitatory input, set through global_coupling; without it the "
               "coupling stays as written",
        .low = 0,
        .high = 1e3},
       {.name = "finite_size_correction",
        .type = T::flag,
        .doc = "balanced: correct the external rate once by the rate of a simulation",
        .preset = false},
       {.name = "correction_ms",
        .type = T::number,
        .doc = "length of that simulation, after a transient of 500 ms",
        .preset = 5000.0,
        .low = 10,
        .high = 1e9},
       {.name = "j_mv",
        .type = T::number,
        .doc = "as_published: excitatory weight at an in-degree of 16",
        .preset = 2.0,
        .low = 1e-6,
        .high = 1e6},
       {.name = "g",
        .type = T::number,
        .doc = "as_published: inhibitory over excitatory weight",
        .preset = 5.0,
        .low = 0,
        .high = 1e3},
       {.name = "threshold_ratio",
        .type = T::number,
        .doc = "as_published: external rate over the one that reaches threshold",
        .preset = 3.5,
        .low = 1e-3,
        .high = 1e3}}};
  return table;
}

std::optional<CalibrateSpec> parse_calibrate(const Scenario& s, Diagnostics& d) {
  const Node* t = s.resolved.find("calibrate");
  if (!t || !t->is(Node::Kind::table)) return std::nullopt;
  CalibrateSpec out;
  out.at = t->at;
  const auto number = [&](const char* key, double& to) {
    if (const Node* n = t->find(key); n && n->is_number()) to = n->number;
  };
  const auto is = [&](const char* key, const char* value) { return t->find(key) && t->find(key)->text == value; };
  number("target_rate_hz", out.target_rate_hz), number("j0_mv", out.j0_mv), number("dominance", out.dominance);
  number("correction_ms", out.correction_ms), number("j_mv", out.j_mv), number("g", out.g);
  number("threshold_ratio", out.threshold_ratio);
  if (const Node* n = t->find("long_range_share"); n && n->is_number()) out.long_range_share = n->number;
  if (const Node* n = t->find("finite_size_correction")) out.finite_size_correction = n->flag;
  if (is("scaling", "as_published")) out.scaling = CalibrateSpec::Scaling::as_published;
  if (is("mode", "per_region")) out.mode = CalibrateSpec::Mode::per_region;

  const auto is_table = [](const Node* n) { return n && n->is(Node::Kind::table); };
  size_t n_written = 0;
  const auto count = [&](const Node* place) {
    if (const Node* map = is_table(place) ? place->find("population") : nullptr; is_table(map))
      n_written += map->members.size();
  };
  count(s.resolved.find("region"));
  if (const Node* templates = s.resolved.find("template"); is_table(templates))
    for (const auto& m : templates->members) count(&m.value);
  const bool any_is_broken = s.populations.size() < n_written;
  if (const Node* n = t->find("excitatory")) out.excitatory = populations(s, *n, any_is_broken, d);
  if (const Node* n = t->find("inhibitory")) out.inhibitory = populations(s, *n, any_is_broken, d);
  for (const size_t p : out.inhibitory)
    if (std::ranges::find(out.excitatory, p) != out.excitatory.end())
      d.error(t->at,
              fmt::format("[calibrate]: population '{}' is both excitatory and inhibitory", s.populations[p].name));

  const Node* encoders = s.resolved.find("encoder");
  const size_t n_encoders = encoders && encoders->is(Node::Kind::array) ? encoders->items.size() : 0;
  if (const Node* n = t->find("encoder"); n && n->is_number()) {
    out.encoder = static_cast<size_t>(std::max<int64_t>(0, n->integer));
    if (out.encoder >= n_encoders)
      d.error(n->at.file.empty() ? t->at : n->at,
              fmt::format("[calibrate]: there is no encoder {}: the scenario has {}, counted from 0", out.encoder,
                          n_encoders));
    else if (s.encoders.size() == n_encoders && !is_poisson(s.encoders[out.encoder]))
      d.error(n->at.file.empty() ? t->at : n->at,
              fmt::format("[calibrate]: encoder {} is '{}', and only the rate of a core.poisson encoder can be set",
                          out.encoder, s.encoders[out.encoder].plugin.found->plugin->name));
  }
  if (out.scaling == CalibrateSpec::Scaling::balanced && !t->find("target_rate_hz"))
    d.error(t->at, "[calibrate] needs the key 'target_rate_hz': rate of a region of average input");
  if (out.scaling == CalibrateSpec::Scaling::as_published && t->find("target_rate_hz"))
    d.error(t->find("target_rate_hz")->at,
            "'target_rate_hz' has no meaning with scaling = \"as_published\": its rate is not aimed at anything");
  const bool has_long_range = std::ranges::any_of(s.projections, [&](const ProjectionSpec& p) {
    return p.is_long_range && p.rule.kind != RuleKind::rate_per_weight &&
           std::ranges::find(out.excitatory, p.from) != out.excitatory.end();
  });
  if (out.long_range_share && !has_long_range && !any_is_broken)
    d.error(t->find("long_range_share")->at,
            "'long_range_share' needs a [[long_range]] projection of spikes from an excitatory population");
  return out;
}

}  // namespace encephagen
