// Turns a tree of TOML into a checked scenario. One class, because every part reports into the same diagnostics and
// refers to populations; one file per idea:
//   scenario_resolver.cpp     order of the work, [run], [groups], [connectome], files
//   scenario_templates.cpp    [region] and [template.NAME]: populations and ports, and looking them up
//   scenario_projections.cpp  [[region.projection]], and what all projections share
//   scenario_long_range.cpp   [[long_range]]
//   scenario_inputs.cpp       [[encoder]], [[stimulus]], [[spike_train]]
//   scenario_records.cpp      [[record]], [[analyzer]]
//   scenario_ports.cpp        input ports and the units of what goes to them
#pragma once
#include <map>

#include "scenario/scenario.hpp"
#include "scenario/table_view.hpp"

namespace encephagen {

class Resolver {
 public:
  Resolver(Node root, const std::filesystem::path& file, PluginRegistry& registry, const PathResolver& paths,
           Diagnostics& d)
      : registry_(registry), paths_(paths), d_(d) {
    s_.file = file;
    s_.resolved = std::move(root);
  }

  // Once.
  Scenario resolve();

 private:
  // A quantity whose key carries the unit of the port it goes to: weight_mv, amplitude_mv.
  struct WithUnit {
    const Node::Member* member = nullptr;
    std::string unit;
  };
  // Where a projection between regions starts or ends: "basal_ganglia.exc".
  struct End {
    size_t population = 0;
    std::string region = "*";
    bool operator==(const End&) const = default;
  };

  template <class F>
  void for_each_in(Node& table, std::string_view key, F&& f) {
    if (Node* list = table.find(key); list && list->is(Node::Kind::array))
      for (auto& item : list->items)
        if (item.is(Node::Kind::table)) f(item);
  }
  // The table of this name at the top; null if there is none.
  Node* top_table(std::string_view key) {
    Node* t = s_.resolved.find(key);
    return t && t->is(Node::Kind::table) ? t : nullptr;
  }

  void run(Node& t);
  void groups();
  void connectome();
  void find_data(const PluginChoice& chosen);
  void use_files(const PluginChoice& choice);

  void templates();
  void template_content(Node& t, TemplateSpec spec, const Position& at);
  void population(Node::Member& m, size_t of_template);
  void ports(const Node& t, size_t of_template);
  bool check_name(std::string_view what, const std::string& name, const Position& at);
  bool is_broken(const std::string& name) const;
  // What it is called in messages: "[region]", "template 'thalamus'".
  std::string title_of(size_t of_template) const;
  // A population of a template, by either name; an error if there is none.
  std::optional<size_t> population_of(size_t of_template, const std::string& name, const Position& at);
  // All populations that a name or the name of a port stands for, in any template; an error if none.
  std::vector<size_t> populations_called(const std::string& name, const Position& at);
  // Populations a selector means; an error if none.
  std::vector<size_t> selected(const Selector& s);

  void projection(Node& t, size_t of_template);
  void long_range(Node& t);
  std::vector<End> ends(const std::vector<const Node*>& names, std::string_view key);
  std::map<size_t, double> target_factors(const Node& t, const std::vector<End>& to);
  void tract_delay(const Node& t, ProjectionSpec& p);
  void multapses(Node& t, ProjectionSpec& p);
  // Whether units of this population can be sources.
  bool can_send(const PopulationSpec& source, const ProjectionSpec& p, const View& v);
  // The port and the unit of the weight; false after an error.
  bool reach_port(ProjectionSpec& p, const WithUnit& weight, const View& v);
  void check_modulators(const PluginChoice& rule, const Position& at);
  void check_post_state(const PluginChoice& rule, const PopulationSpec& target, const Position& at);

  // The one member whose key is `name` or name_UNIT; an error if there are two.
  WithUnit with_unit(const Node& t, std::string_view name);
  // Whether a quantity is in the unit of the port it goes to.
  bool check_unit(const WithUnit& q, const PopulationSpec& target, size_t port);

  void encoder(Node& t);
  void stimulus(Node& t);
  void spike_train(Node& t);
  UnitSubset subset(const Node& t, const std::vector<size_t>& populations);

  void records();
  Node default_records();
  void record(Node& t);
  bool state(RecordSpec& r, const PopulationSpec& pop, const View& v);
  void analyzer(Node& t);

  PluginRegistry& registry_;
  const PathResolver& paths_;
  Diagnostics& d_;
  Scenario s_;
  // Populations whose plugin could not be used: names that are no mistakes of their own.
  std::vector<PopulationSpec> broken_;
};

// "V1_*.exc" as region and population.
Selector parse_selector(const Node& node);

}  // namespace encephagen
