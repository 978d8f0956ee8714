// How projections are called, and looking them up by name.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"

namespace encephagen {
namespace {

// In results.h5 a slash opens a group.
std::string without_slash(std::string name) {
  std::ranges::replace(name, '/', '.');
  return name;
}

}  // namespace

// Given names first, so that no default takes one.
void Resolver::name_projections() {
  std::set<std::string> taken;
  const auto free_name = [&](const std::string& wanted) {
    std::string name = wanted;
    for (int k = 2; !taken.insert(name).second; ++k) name = fmt::format("{}-{}", wanted, k);
    return name;
  };
  const auto end = [&](size_t population) { return without_slash(s_.populations[population].name); };
  const auto specs = [&](const ProjectionTable& t) { return std::span(s_.projections).subspan(t.first, t.n); };
  std::set<std::string> given_names;
  for (const auto& t : projection_tables_) {
    const Node* given = t.table->find("name");
    if (!given || !given->is(Node::Kind::text)) continue;
    if (given->text.empty() || given->text.find_first_of("/*!") != std::string::npos) {
      d_.error(given->at,
               fmt::format("a projection cannot be called '{}': / * ! mean something in names", given->text));
      continue;
    }
    if (!given_names.insert(given->text).second)
      d_.error(given->at, fmt::format("two projections are named '{}'; give one another 'name'", given->text));
    const auto all = specs(t);
    const bool one_source = std::ranges::all_of(all, [&](const auto& p) { return p.from == all[0].from; });
    for (auto& p : all)
      p.name = free_name(all.size() == 1 ? given->text
                         : one_source    ? fmt::format("{}->{}", given->text, end(p.to))
                                         : fmt::format("{}.{}->{}", given->text, end(p.from), end(p.to)));
  }
  for (const auto& t : projection_tables_)
    for (auto& p : specs(t)) {
      if (!p.name.empty()) continue;
      p.name = free_name(fmt::format("{}{}{}", end(p.from), p.is_long_range ? "=>" : "->", end(p.to)));
      if (t.n == 1 && !t.table->find("name")) t.table->set("name", Node::of_text(p.name));
    }
}

std::optional<size_t> Resolver::projection_called(const std::string& name, const Position& at) {
  std::vector<std::string> names, parts;
  for (size_t k = 0; k < s_.projections.size(); ++k) {
    names.push_back(s_.projections[k].name);
    if (names.back() == name) return k;
    if (names.back().starts_with(name + "->") || names.back().starts_with(name + ".")) parts.push_back(names.back());
  }
  // Whoever means a projection that could not be made has been told why.
  if (std::ranges::any_of(projection_tables_, [](const auto& t) { return t.n == 0; })) return std::nullopt;
  if (!parts.empty() && !name.empty())
    d_.error(at, fmt::format("'{}' means several projections; write one of {}", name, join(parts, ", ")));
  else
    d_.error(at, fmt::format("no projection named '{}'{}", name, did_you_mean(name, names)));
  return std::nullopt;
}

std::optional<size_t> Resolver::plastic_called(const std::string& name, const Position& at) {
  const auto found = projection_called(name, at);
  if (!found || !s_.projections[*found].plasticity.empty()) return found;
  d_.error(at, fmt::format("projection '{}' has no plasticity: its weights stay as they are", name));
  return std::nullopt;
}

SynapseRef Resolver::synapse_of(const Node& t, size_t projection) {
  const View v{t};
  const auto& p = s_.projections[projection];
  SynapseRef out{p.name, static_cast<uint32_t>(std::max<int64_t>(0, v.integer("source"))),
                 static_cast<uint32_t>(std::max<int64_t>(0, v.integer("nth"))), t.at};
  // How many regions a connectome has is known later.
  const auto& source = s_.populations[p.from];
  if (!s_.connectome && !p.is_long_range && out.source >= source.n)
    d_.error(v.at("source"), fmt::format("there is no unit {} in population '{}': its units are 0 to {}", out.source,
                                         source.name, source.n - 1));
  return out;
}

}  // namespace encephagen
