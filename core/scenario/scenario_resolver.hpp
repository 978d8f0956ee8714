// Turns a tree of TOML into a checked scenario. One class, because every part reports into the same diagnostics and
// refers to populations; one file per idea:
//   scenario_resolver.cpp     order of the work, [run], [groups], [connectome], files
//   scenario_templates.cpp    [region] and [template.NAME]: populations and ports, and looking them up
//   scenario_projections.cpp  [[region.projection]], and what all projections share
//   scenario_long_range.cpp   [[long_range]]
//   scenario_names.cpp        how projections are called, and looking them up
//   scenario_plasticity.cpp   what changes the weights of projections, and what sets single ones
//   scenario_modulators.cpp   [modulator.NAME]
//   scenario_phases.cpp       [[phase]], and the patterns that choose inputs, rules and phases
//   scenario_inputs.cpp       [[encoder]], [[stimulus]], [[spike_train]]
//   scenario_bodies.cpp       [body.NAME], [[perturbation]]
//   scenario_records.cpp      [[record]], [[analyzer]]
//   scenario_ports.cpp        input ports and the units of what goes to them
#pragma once
#include <map>

#include "scenario/scenario.hpp"
#include "scenario/table_view.hpp"
#include "scenario/world_names.hpp"

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

  // A table of projections and those that came of it: [first, first + n) of Scenario::projections.
  struct ProjectionTable {
    Node* table;
    size_t first, n;
  };
  template <class F>
  void projections_of(Node& t, F&& make) {
    const size_t first = s_.projections.size();
    make();
    projection_tables_.push_back({&t, first, s_.projections.size() - first});
  }

  void run(Node& t);
  void weights();
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
  // An error for each key of a rate coupling that is about synapses.
  void has_no_synapses(const Node& t);
  void multapses(Node& t, ProjectionSpec& p);
  // Nullopt: it needs one and has none, or after an error.
  std::optional<ValueSpec> initial_weight(const Node& t, const WithUnit& weight, bool is_listed);
  // Whether units of this population can be sources; says of `p` whether it is continuous.
  bool can_send(const PopulationSpec& source, ProjectionSpec& p, const View& v);
  // The port and the unit of the weight; false after an error.
  bool reach_port(ProjectionSpec& p, const WithUnit& weight, const View& v);
  // The file of a rule that lists synapses: its path, and how many there are.
  void listed_rule(Node& t, ProjectionSpec& p);
  // Whether the weights of a listed rule have the sign of the port.
  void check_listed_sign(const ProjectionSpec& p, const View& v);

  void name_projections();
  // An error if there is none.
  std::optional<size_t> projection_called(const std::string& name, const Position& at);
  // The same where only projections whose weights change will do.
  std::optional<size_t> plastic_called(const std::string& name, const Position& at);
  SynapseRef synapse_of(const Node& t, size_t projection);

  // The rules of a projection to these populations, and its dendritic delay.
  void plasticity(Node& t, ProjectionSpec& p, const std::vector<size_t>& to);
  std::vector<size_t> modulators_of(const PluginChoice& rule, const Node& t);
  void check_post_state(const PluginChoice& rule, const PopulationSpec& target, const Position& at);
  void dendritic_delay(const View& v, const ProjectionSpec& p);
  // What refers to other projections or to single synapses.
  void follows_and_set_weights();
  void follow(const Node& t, ProjectionSpec& p);
  void set_weights(Node& t, ProjectionSpec& p);

  // Names and numbers, before projections refer to them; then releases and what they follow.
  void modulators();
  void modulator_events();
  void modulator_analyzers();
  void release(Node& t, ModulatorSpec& m);
  void modulator_follows(const Node& t, ModulatorSpec& m);
  void modulator_rewards(const Node& t, ModulatorSpec& m);

  // Lengths, before anything needs the duration; then what the phases choose.
  void phases();
  void phase_length(const Node& t, PhaseSpec& p);
  void phase_choices();
  // The duration of the run, from [run] or the phases.
  void duration(Node& run);
  // An error for each pattern of a list that matches nothing of `known`, pairs of names.
  void check_patterns(const std::vector<const Node*>& patterns, const std::vector<std::string>& known,
                      std::string_view what);
  // Patterns of phases.
  std::vector<std::string> phases_chosen(const View& v, std::string_view key);
  void check_phase(const View& v, std::string_view key);

  // The one member whose key is `name` or name_UNIT; an error if there are two.
  WithUnit with_unit(const Node& t, std::string_view name);
  // Whether a quantity is in the unit of the port it goes to.
  bool check_unit(const WithUnit& q, const PopulationSpec& target, size_t port);

  void encoder(Node& t);
  void stimulus(Node& t);
  void spike_train(Node& t);
  std::string input_name(const Node& t);
  UnitSubset subset(const Node& t, const std::vector<size_t>& populations);

  // Names and numbers, before anything refers to bodies; then who moves them.
  void bodies();
  void body_steps(Node& t, BodySpec& b);
  void body_actors();
  void act(Node& t, BodySpec& b);
  void perturbation(Node& t);
  // Which body a key names; nullopt for none, or after an error.
  std::optional<size_t> body_called(const View& v, std::string_view key);
  std::optional<size_t> body_named(const std::string& name, const Position& at);
  // A whole number of a body's steps, else an error.
  void check_steps(const View& v, std::string_view key, double ms, const BodySpec& b);
  // What the patterns of 'observe' mean.
  ObserveSpec observed(Node& t, size_t body);
  // The place of a name among those of a body; an error if there is none.
  std::optional<uint32_t> place_of(const std::string& name, const std::vector<std::string>& names, const char* what,
                                   size_t body, const Position& at);

  void records();
  Node default_records();
  void record(Node& t);
  void weight_record(Node& t, RecordSpec r);
  void body_record(Node& t);
  void keep(RecordSpec r, const Position& at);
  // The number of a state, by name; an error if there is none.
  std::optional<size_t> state_called(const PopulationSpec& pop, const std::string& name, const Position& at);
  bool state(RecordSpec& r, const PopulationSpec& pop, const View& v);
  void analyzer(Node& t);

  PluginRegistry& registry_;
  const PathResolver& paths_;
  Diagnostics& d_;
  Scenario s_;
  // Populations whose plugin could not be used: names that are no mistakes of their own.
  std::vector<PopulationSpec> broken_;
  std::vector<ProjectionTable> projection_tables_;
  std::vector<std::optional<WorldNames>> worlds_;  // [body]; none: it could not be made
};

// "V1_*.exc" as region and population.
Selector parse_selector(const Node& node);

}  // namespace encephagen
