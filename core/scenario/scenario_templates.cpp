// [region] and [template.NAME]: what stands in regions, and how its populations are called.
#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"

namespace encephagen {
namespace {

bool is_called(const PopulationSpec& p, const std::string& name) { return p.short_name == name || p.name == name; }

const std::vector<std::string>* port_of(const TemplateSpec& t, const std::string& name) {
  const auto at = std::ranges::find(t.ports, name, [](const auto& port) { return port.first; });
  return at == t.ports.end() ? nullptr : &at->second;
}

}  // namespace

Selector parse_selector(const Node& node) {
  Selector s;
  s.at = node.at;
  const auto dot = node.text.rfind('.');
  if (dot == std::string::npos) {
    s.population = node.text;
  } else {
    s.region = node.text.substr(0, dot);
    s.population = node.text.substr(dot + 1);
  }
  return s;
}

// Populations first, those of all templates, then projections: a wrong name can then be told from one of another
// template.
void Resolver::templates() {
  static Node nothing;
  Node* region = top_table("region");
  template_content(region ? *region : nothing, {}, region ? region->at : Position{});
  std::vector<Node*> tables = {region};
  if (Node* map = top_table("template"))
    for (auto& m : map->members) {
      if (!m.value.is(Node::Kind::table)) continue;
      check_name("a template", m.key, m.key_at);
      if (!s_.connectome && !s_.resolved.find("connectome"))
        d_.error(m.key_at,
                 fmt::format("template '{}' needs a [connectome]: without one there is a single region, which "
                             "[region] describes",
                             m.key));
      const View v{m.value};
      if (v.has("regions") && v.table.find("regions")->is(Node::Kind::array) && v.texts("regions").empty())
        d_.error(v.at("regions"), fmt::format("template '{}' names no regions", m.key));
      template_content(m.value, {m.key, v.texts("regions"), {}}, m.key_at);
      tables.push_back(&m.value);
    }
  for (size_t k = 0; k < tables.size(); ++k)
    if (tables[k])
      for_each_in(*tables[k], "projection", [&](Node& t) { projections_of(t, [&] { projection(t, k); }); });
}

void Resolver::template_content(Node& t, TemplateSpec spec, const Position& at) {
  const size_t number = s_.templates.size();
  s_.templates.push_back(std::move(spec));
  if (Node* map = t.find("population"); map && map->is(Node::Kind::table)) {
    if (map->members.empty()) d_.error(number == 0 ? map->at : at, title_of(number) + " needs at least one population");
    for (auto& m : map->members)
      if (m.value.is(Node::Kind::table)) population(m, number);
  }
  ports(t, number);
}

void Resolver::population(Node::Member& m, size_t of_template) {
  check_name("a population", m.key, m.key_at);
  const auto& owner = s_.templates[of_template].name;
  PopulationSpec p;
  p.short_name = m.key;
  p.name = owner.empty() ? m.key : owner + "/" + m.key;
  p.of_template = of_template;
  p.plugin = choose_plugin(std::vector<std::string>{"neuron", "decoder"}, m.value, registry_, d_);
  p.n = static_cast<size_t>(std::max<int64_t>(1, View{m.value}.integer("n", 1)));
  (p.plugin.usable() ? s_.populations : broken_).push_back(p);
}

void Resolver::ports(const Node& t, size_t of_template) {
  const Node* map = t.find("ports");
  if (!map || !map->is(Node::Kind::table)) return;
  for (const auto& m : map->members) {
    check_name("a port", m.key, m.key_at);
    const auto is_own = [&](const PopulationSpec& p) { return p.of_template == of_template && p.short_name == m.key; };
    if (std::ranges::any_of(s_.populations, is_own))
      d_.error(m.key_at, fmt::format("port '{}' has the name of a population of {}", m.key, title_of(of_template)));
    const View v{*map};
    if (m.value.is(Node::Kind::array) && m.value.items.empty())
      d_.error(m.value.at, fmt::format("port '{}' names no population", m.key));
    std::vector<std::string> names;
    for (const auto* name : v.text_nodes(m.key)) {
      const auto p = population_of(of_template, name->text, name->at);
      if (!p) continue;
      const auto& found = s_.populations[*p].short_name;
      if (std::ranges::find(names, found) != names.end())
        d_.error(name->at, fmt::format("port '{}' names population '{}' twice", m.key, found));
      else
        names.push_back(found);
    }
    s_.templates[of_template].ports.emplace_back(m.key, std::move(names));
  }
}

bool Resolver::check_name(std::string_view what, const std::string& name, const Position& at) {
  if (!name.empty() && name.find_first_of("./*!") == std::string::npos) return true;
  d_.error(at, fmt::format("{} cannot be called '{}': . / * ! mean something in names", what, name));
  return false;
}

std::string Resolver::title_of(size_t of_template) const {
  return of_template == 0 ? "[region]" : fmt::format("template '{}'", s_.templates[of_template].name);
}

bool Resolver::is_broken(const std::string& name) const {
  return std::ranges::any_of(broken_, [&](const auto& p) { return is_called(p, name); });
}

std::optional<size_t> Resolver::population_of(size_t of_template, const std::string& name, const Position& at) {
  std::vector<std::string> names;
  const PopulationSpec* elsewhere = nullptr;
  for (size_t i = 0; i < s_.populations.size(); ++i) {
    const auto& p = s_.populations[i];
    if (p.of_template == of_template) {
      if (is_called(p, name)) return i;
      names.push_back(p.short_name);
    } else if (is_called(p, name)) {
      elsewhere = &p;
    }
  }
  if (is_broken(name)) return std::nullopt;  // its plugin has been reported already
  if (elsewhere)
    d_.error(at, fmt::format("population '{}' stands in {}, not in {}; [[long_range]] joins regions", name,
                             title_of(elsewhere->of_template), title_of(of_template)));
  else
    d_.error(at, fmt::format("no population named '{}'{}{}", name,
                             of_template == 0 ? "" : " in " + title_of(of_template), did_you_mean(name, names)));
  return std::nullopt;
}

std::vector<size_t> Resolver::populations_called(const std::string& name, const Position& at) {
  std::vector<size_t> out;
  std::vector<std::string> names;
  bool is_known = is_broken(name), any_port = false;
  for (size_t t = 0; t < s_.templates.size(); ++t) {
    const auto* port = port_of(s_.templates[t], name);
    is_known |= port != nullptr;
    for (const auto& [port_name, members] : s_.templates[t].ports) names.push_back(port_name), any_port = true;
    for (size_t i = 0; i < s_.populations.size(); ++i) {
      const auto& p = s_.populations[i];
      if (p.of_template != t) continue;
      names.push_back(p.short_name);
      if (p.name != p.short_name) names.push_back(p.name);
      if (port ? std::ranges::find(*port, p.short_name) != port->end() : is_called(p, name)) out.push_back(i);
    }
  }
  if (out.empty() && !is_known)
    d_.error(at,
             fmt::format("no population{} named '{}'{}", any_port ? " or port" : "", name, did_you_mean(name, names)));
  return out;
}

std::vector<size_t> Resolver::selected(const Selector& s) {
  std::vector<size_t> out;
  std::vector<std::string> names;
  for (size_t i = 0; i < s_.populations.size(); ++i) {
    const auto& p = s_.populations[i];
    names.push_back(p.short_name);
    if (p.name != p.short_name) names.push_back(p.name);
    if (glob_match(s.population, p.name, true) || glob_match(s.population, p.short_name, true)) out.push_back(i);
  }
  if (out.empty() && broken_.empty() && !names.empty())
    d_.error(s.at, fmt::format("no population named '{}'{}", s.population, did_you_mean(s.population, names)));
  return out;
}

}  // namespace encephagen
