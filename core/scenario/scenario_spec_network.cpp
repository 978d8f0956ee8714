// The scenario language: what stands in regions and what joins it.
#include "scenario/scenario_spec_parts.hpp"

namespace encephagen::spec {
namespace {

using T = FieldType;

const TableSpec& population() {
  static const TableSpec table{
      "population",
      "One population that stands in every region of its template.",
      {plugin_field("neuron", "decoder"),
       params_field("neuron", "decoder"),
       {.name = "n", .type = T::integer, .doc = "units per region", .preset = int64_t{1}, .low = 1, .high = 1e9}}};
  return table;
}

const TableSpec& rule() {
  static const TableSpec table{
      "connection rule",
      "Exactly one of these. Between regions a rule per weight says what a connectome weight means for the number of "
      "synapses; with any other, every pair of connected regions has as many and the connectome scales their weights.",
      {{.name = "bernoulli", .type = T::number, .doc = "probability of each ordered pair", .low = 0, .high = 1},
       {.name = "fixed_indegree",
        .type = T::integer,
        .doc = "synapses that every target receives",
        .low = 0,
        .high = 1e9},
       {.name = "fixed_outdegree",
        .type = T::integer,
        .doc = "synapses that every source makes",
        .low = 0,
        .high = 1e9},
       {.name = "fixed_total",
        .type = T::integer,
        .doc = "synapses in the whole projection of a region, or from one region to another",
        .low = 0,
        .high = 1e12},
       {.name = "all_to_all", .type = T::flag, .doc = "every ordered pair"},
       {.name = "one_to_one", .type = T::flag, .doc = "unit k to unit k"},
       {.name = "bernoulli_per_weight",
        .type = T::number,
        .doc = "between regions: probability per unit of connectome weight times global_coupling",
        .low = 0,
        .high = 1e6},
       {.name = "indegree_per_weight",
        .type = T::number,
        .doc = "between regions: synapses that every target receives per unit of connectome weight times "
               "global_coupling, in the mean",
        .low = 0,
        .high = 1e9},
       {.name = "rate_per_weight",
        .type = T::number,
        .doc = "between regions, continuous: the target receives global_coupling x this x sum of weight x mean output "
               "of the source region",
        .low = -1e9,
        .high = 1e9},
       {.name = "file",
        .type = T::text,
        .doc =
            "within a single region: the synapses listed in a file, relative to this one. A .csv has a line "
            "`source,target,weight` (and `,delay_ms`, which then replaces the key), then a line per synapse; units "
            "are counted from 0, weights are in the unit of the port. A .h5 holds weights that an earlier run saved: "
            "those of the projection of the same name"}}};
  return table;
}

Field weight_field() {
  return {.name = "weight",
          .type = T::drawn_number,
          .doc =
              "weight of a synapse, in the unit of the port it feeds (the unit is the suffix: weight_mv); negative "
              "for inhibition. A distribution has the sign of its mean: what has another is drawn again. Where weights "
              "come from a file it may be left out; only its sign counts then, which chooses the port",
          .takes_unit = true};
}

Field name_field(const std::string& joint) {
  return {.name = "name",
          .type = T::text,
          .doc = "name of the projection; where the table means several, each is called NAME->TO. Default: FROM" +
                 joint + "TO"};
}

// What projections of all places say about learning.
void add_learning(std::vector<Field>& fields) {
  fields.push_back(list_field("plasticity", plasticity()));
  fields.push_back({.name = "dendritic_delay_ms",
                    .type = T::number,
                    .doc =
                        "the part of the delay that lies behind the synapse: plasticity sees arrivals so much earlier "
                        "and spikes of the target so much later",
                    .preset = 0.0,
                    .low = 0,
                    .high = 1e6});
  fields.push_back(table_field("follows", follows()));
  fields.push_back(list_field("set_weight", set_weight()));
}

Field multapses_field() {
  return {.name = "multapses",
          .type = T::flag,
          .doc =
              "whether two units may have several synapses, where the rule counts synapses (fixed_indegree, "
              "fixed_outdegree, fixed_total, indegree_per_weight); default there: true"};
}

Field rule_field(const std::string& doc) {
  return {.name = "rule", .type = T::table, .doc = doc, .required = true, .table = &rule()};
}

TableSpec projection_of(const std::string& title, const std::string& doc) {
  TableSpec table{
      title,
      doc,
      {name_field("->"),
       {.name = "from",
        .type = T::text,
        .doc = "source population; of one that does not spike, the output times the weight arrives at every step",
        .required = true},
       {.name = "to", .type = T::text_or_list, .doc = "target populations", .required = true},
       rule_field("who is connected"),
       weight_field(),
       {.name = "delay_ms",
        .type = T::drawn_number,
        .doc = "time from spike to arrival; at least one step. Of a source that does not spike: from its output",
        .preset = 0.1,
        .low = 0,
        .high = 1e6},
       {.name = "autapses", .type = T::flag, .doc = "whether a unit may project to itself", .preset = false},
       multapses_field(),
       port_field()}};
  add_learning(table.fields);
  return table;
}

// Of [region] and of a template.
std::vector<Field> content(const TableSpec& projection) {
  return {{.name = "population",
           .type = T::table_map,
           .doc = "populations by name",
           .required = true,
           .table = &population()},
          {.name = "ports",
           .type = T::text_list_map,
           .doc = "names that [[long_range]] may use for populations: { out = \"relay\", in = [\"relay\", "
                  "\"reticular\"] }"},
          list_field("projection", projection)};
}

const TableSpec& delay() {
  static const TableSpec table{
      "delay",
      "Conduction delay between regions; rounded to the nearest step.",
      {{.name = "velocity_m_per_s",
        .type = T::number,
        .doc = "delay is tract length divided by this",
        .low = 1e-3,
        .high = 1e6},
       {.name = "fixed_ms", .type = T::number, .doc = "one delay for all", .low = 0, .high = 1e6},
       {.name = "length_scale",
        .type = T::number,
        .doc = "factor on tract lengths",
        .preset = 1.0,
        .low = 0,
        .high = 1e3},
       {.name = "minimum_ms",
        .type = T::number,
        .doc = "delays are at least this long",
        .preset = 0.0,
        .low = 0,
        .high = 1e6},
       {.name = "sd_ms",
        .type = T::number,
        .doc = "standard deviation of the delays of single synapses around that of their tract; what is shorter than "
               "minimum_ms is drawn again",
        .preset = 0.0,
        .low = 0,
        .high = 1e6}}};
  return table;
}

}  // namespace

const TableSpec& region() {
  static const TableSpec projection = projection_of("[[region.projection]]", "Synapses within every region.");
  static const TableSpec table{"[region]", "What stands in every region that no template names.", content(projection)};
  return table;
}

const TableSpec& region_template() {
  static const TableSpec projection =
      projection_of("[[template.NAME.projection]]", "Synapses within every region of this template.");
  static const TableSpec table = [] {
    TableSpec t{"[template.NAME]",
                "What stands in the regions it names, instead of [region]. Its populations are called POPULATION where "
                "that of any template is meant, NAME/POPULATION where only this one's is.",
                {{.name = "regions",
                  .type = T::text_or_list,
                  .doc = "labels, groups or patterns of regions",
                  .required = true}}};
    const auto rest = content(projection);
    t.fields.insert(t.fields.end(), rest.begin(), rest.end());
    return t;
  }();
  return table;
}

const TableSpec& long_range() {
  static const std::string ends =
      "POPULATION or REGION.POPULATION, where REGION is a label, a group or a pattern, or one of these with ! before "
      "it for all other regions, and POPULATION may also be a port";
  static const TableSpec table = [] {
    TableSpec t{
        "[[long_range]]",
        "Coupling between regions, scaled by the connectome.",
        {name_field("=>"),
         {.name = "from", .type = T::text, .doc = "source: " + ends, .required = true},
         {.name = "to", .type = T::text_or_list, .doc = "targets, written likewise", .required = true},
         rule_field("who is connected, or what a connectome weight means for it"),
         {.name = "global_coupling",
          .type = T::number,
          .doc = "G: factor on every connectome weight",
          .preset = 1.0,
          .low = 0,
          .high = 1e9},
         weight_field(),
         {.name = "target_factor",
          .type = T::number_map,
          .doc = "factor on the weight (of a rate coupling: on its strength) for target populations: { inh = 1.5 }",
          .low = 0,
          .high = 1e9},
         multapses_field(),
         {.name = "delay", .type = T::table, .doc = delay().doc, .table = &delay()},
         port_field()}};
    add_learning(t.fields);
    return t;
  }();
  return table;
}

}  // namespace encephagen::spec
