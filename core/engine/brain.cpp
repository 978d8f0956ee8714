// The graph a network stands on: regions, weights and groups, after null models.
#include "engine/brain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

// Turns what a batch plugin wrote back into a connectome; checks what every later stage relies on.
eg::Connectome to_connectome(const BatchResult& result) {
  eg::Connectome c;
  const auto numbers = [&](std::string_view name) {
    const auto* a = result.array(name);
    return a ? a->numbers : std::vector<double>{};
  };
  if (const auto* labels = result.array("region_label")) c.labels = labels->texts;
  c.weights = numbers("weights");
  c.lengths_mm = numbers("lengths_mm");
  c.centres_mm = numbers("centres_mm");
  const size_t n = c.size();
  if (n == 0 || c.weights.size() != n * n)
    throw PluginFailed("it did not deliver region labels and a square weight matrix");
  if (!c.lengths_mm.empty() && c.lengths_mm.size() != n * n)
    throw PluginFailed("its tract lengths do not fit its regions");
  if (!c.centres_mm.empty() && c.centres_mm.size() != 3 * n) throw PluginFailed("its centres do not fit its regions");
  if (!std::ranges::all_of(c.weights, [](double w) { return std::isfinite(w); }))
    throw PluginFailed("its weights are not all finite");
  for (const auto& a : result.arrays)
    if (a.name.starts_with("attribute.")) c.attributes.push_back({a.name.substr(10), a.numbers, a.texts});
  if (const auto* h = result.array("history"))
    for (size_t k = 0; k + 1 < h->texts.size(); k += 2) c.history.emplace_back(h->texts[k], h->texts[k + 1]);
  return c;
}

std::vector<ArrayData> arrays_of(const eg::Connectome& c) {
  const uint64_t n = c.size();
  std::vector<ArrayData> out;
  out.push_back({"region_label", "", EG_TEXT_ELEMENT, {n}, {}, {}, c.labels});
  out.push_back({"weights", "row: target region, column: source region", EG_F64, {n, n}, c.weights, {}, {}});
  if (!c.lengths_mm.empty()) out.push_back({"lengths_mm", "", EG_F64, {n, n}, c.lengths_mm, {}, {}});
  if (!c.centres_mm.empty()) out.push_back({"centres_mm", "", EG_F64, {n, 3}, c.centres_mm, {}, {}});
  for (const auto& a : c.attributes) {
    const bool numeric = !a.numbers.empty();
    out.push_back({"attribute." + a.name,
                   "",
                   numeric ? uint32_t{EG_F64} : uint32_t{EG_TEXT_ELEMENT},
                   {n},
                   a.numbers,
                   {},
                   a.texts});
  }
  std::vector<std::string> flat;
  for (const auto& [key, value] : c.history) flat.push_back(key), flat.push_back(value);
  out.push_back({"history", "", EG_TEXT_ELEMENT, {flat.size()}, {}, {}, flat});
  return out;
}

void keep_messages(const BatchResult& result, const char* plugin, Brain& brain) {
  for (const auto& m : result.messages)
    (m.is_warning ? brain.warnings : brain.notes).push_back(fmt::format("{}: {}", plugin, m.text));
}

std::string graph_hash(const eg::Connectome& c) {
  uint64_t h = 0xcbf29ce484222325ull;
  const auto byte = [&](uint64_t b) { h = (h ^ (b & 0xFF)) * 0x100000001b3ull; };
  for (const auto& label : c.labels) {
    for (const char ch : label) byte(static_cast<unsigned char>(ch));
    byte(0);
  }
  for (const double w : c.weights)
    for (int k = 0; k < 64; k += 8) byte(std::bit_cast<uint64_t>(w) >> k);
  return fmt::format("{:016x}", h);
}

std::vector<std::string> form_groups(const eg::Connectome& c, const GroupRules& rules, bool from_attribute_only) {
  std::vector<std::string> out(c.size());
  const auto* attribute = c.attribute(rules.attribute);
  const auto matches = [&](const std::string& pattern, const std::string& label) {
    return rules.substring ? glob_match("*" + pattern + "*", label, rules.case_sensitive)
                           : glob_match(pattern, label, rules.case_sensitive);
  };
  for (size_t r = 0; r < c.size(); ++r) {
    if (!rules.define.empty() && !from_attribute_only) {
      out[r] = rules.other;
      for (const auto& [name, patterns] : rules.define)
        if (std::ranges::any_of(patterns, [&](const auto& p) { return matches(p, c.labels[r]); })) {
          out[r] = name;
          break;
        }
    } else if (attribute && !attribute->texts.empty()) {
      out[r] = attribute->texts[r];
    }
  }
  return out;
}

}  // namespace

std::vector<size_t> Brain::select(const std::string& pattern) const {
  std::vector<size_t> out;
  for (size_t r = 0; r < n_regions(); ++r)
    if (glob_match(pattern, connectome.labels[r]) || (!group[r].empty() && glob_match(pattern, group[r])))
      out.push_back(r);
  return out;
}

Brain load_brain(const Scenario& s, const PathResolver& paths) {
  Brain brain;
  if (!s.connectome) {
    brain.connectome.labels = {"region"};
    brain.connectome.weights = {0.0};
    brain.group = {""};
    return brain;
  }
  const PluginChoice& choice = s.uses_fallback ? *s.fallback : *s.connectome;
  const eg_plugin& plugin = *choice.found->plugin;
  Diagnostics d;
  const ParamValues values = param_values(choice, paths, d);
  d.throw_if_any();
  try {
    const auto result = run_batch(PluginInstance(plugin, values), eg::mix_key(s.seeds.graph, "connectome"), {});
    brain.connectome = to_connectome(result);
    keep_messages(result, plugin.name, brain);
  } catch (const PluginFailed& e) {
    throw Failure(Exit::data_unusable,
                  fmt::format("{}: connectome '{}' {}: {}", choice.at.text(), plugin.name, plugin.version, e.what()));
  }
  for (size_t k = 0; k < s.null_models.size(); ++k) {
    const auto& null = s.null_models[k];
    const eg_plugin& p = *null.found->plugin;
    try {
      const auto real = arrays_of(brain.connectome);
      const auto result =
          run_batch(PluginInstance(p, param_values(null, paths, d)), eg::mix_key(s.seeds.graph, "null_model", k), real);
      brain.connectome = to_connectome(result);
      brain.connectome.history.emplace_back("null_model", p.name);
      keep_messages(result, p.name, brain);
      for (const auto& m : result.metrics)
        brain.metrics.push_back({std::string("null.") + m.name, m.unit, m.group, m.value});
    } catch (const PluginFailed& e) {
      throw Failure(Exit::simulation_failed,
                    fmt::format("{}: null model '{}' {} failed: {}", null.at.text(), p.name, p.version, e.what()));
    }
  }
  d.throw_if_any();
  brain.group = form_groups(brain.connectome, s.groups, s.uses_fallback);
  brain.graph_id = graph_hash(brain.connectome);
  return brain;
}

std::vector<ArrayData> connectome_arrays(const Brain& brain) {
  auto out = arrays_of(brain.connectome);
  out.push_back({"region_group", "", EG_TEXT_ELEMENT, {brain.n_regions()}, {}, {}, brain.group});
  return out;
}

}  // namespace encephagen
