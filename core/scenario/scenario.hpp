// A checked scenario: everything the engine needs to build and run one network.
#pragma once
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "scenario/calibrate.hpp"
#include "scenario/plugin_params.hpp"

namespace encephagen {

// "sensory.exc": all units of population exc in regions whose label or group matches the pattern before the last dot.
struct Selector {
  std::string region = "*", population = "*";
  Position at;
};

enum class RuleKind {
  bernoulli,
  fixed_indegree,
  fixed_outdegree,
  fixed_total,
  all_to_all,
  one_to_one,
  bernoulli_per_weight,  // between regions: probability value * global_coupling * connectome weight
  listed,                // synapses read from a file
  indegree_per_weight,   // between regions: every target has value * global_coupling * connectome weight synapses,
                         // rounded up or down at random so that the mean is exact
  rate_per_weight
};

struct ConnectionRule {
  RuleKind kind = RuleKind::all_to_all;
  double value = 0;
  std::filesystem::path file = {};  // listed: *.csv (source,target,weight and optionally delay_ms), or a weights.h5;
                                    // `value` is then the number of synapses
};

// One number for all synapses, or a distribution; values outside [low, high] are drawn again.
struct ValueSpec {
  enum class Kind { constant, normal, lognormal, uniform };
  Kind kind = Kind::constant;
  double a = 0;  // the value; mean; median; lower end
  double b = 0;  // nothing; standard deviation; sigma of the logarithm; upper end
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool is_constant() const { return kind == Kind::constant; }
};

// What stands in a region. Template 0 is [region], for all regions that no other template names.
struct TemplateSpec {
  std::string name;                  // "" for [region]
  std::vector<std::string> regions;  // labels, groups or patterns; empty for [region]
  std::vector<std::pair<std::string, std::vector<std::string>>> ports;  // name -> populations of this template
};

struct PopulationSpec {
  std::string name;        // unique: "exc", or "thalamus/exc" in template thalamus
  std::string short_name;  // "exc"
  size_t of_template = 0;
  PluginChoice plugin;
  size_t n = 1;  // per region
  bool is_decoder() const { return std::string_view(plugin.found->plugin->kind) == "decoder"; }
  bool can_spike() const { return !is_decoder() && unit().can_spike != 0; }
  // "neuron 'core.lif'", for messages.
  std::string plugin_text() const {
    return std::string(plugin.found->plugin->kind) + " '" + plugin.found->plugin->name + "'";
  }
  const eg_unit& unit() const { return *static_cast<const eg_unit*>(plugin.found->plugin->table); }
};

// A rule that changes weights, and which of the scenario's modulators it means by the names it declares.
struct PlasticitySpec {
  PluginChoice plugin;
  std::vector<size_t> modulators;  // [declared modulator] -> Scenario::modulators
};

// Weights that mirror those of another projection (synapse j -> i of it is i -> j here): feedback of learning signals.
struct FollowSpec {
  std::string projection;
  enum class How {
    copy,   // they are its weights
    change  // they change as its weights do
  } how = How::copy;
  double decay = 0;  // change: share lost at each update
};

// The nth outgoing synapse of a source unit (both from 0) of a named projection.
struct SynapseRef {
  std::string projection;
  uint32_t source = 0, nth = 0;
  Position at;
};

// Within regions, or between them scaled by the connectome. Indices refer to Scenario::populations.
struct ProjectionSpec {
  std::string name;  // unique
  // The source does not spike: its output, weighted, reaches the port one step (or the delay) later.
  bool is_continuous = false;
  double dendritic_delay_ms = 0;  // part of the delay behind the synapse: plasticity sees arrivals so much earlier and
                                  // spikes of the target so much later
  std::optional<FollowSpec> follows;
  std::vector<std::pair<SynapseRef, double>> set_weight;  // after the wiring is drawn
  bool is_long_range = false;
  size_t from = 0, to = 0, port = 0;
  std::string from_region = "*",
              to_region = "*";  // between regions: labels, groups or patterns, "!" before one negates it
  ConnectionRule rule;
  ValueSpec weight;
  // Between regions: the connectome scales the weight (times global_coupling), because the rule does not use it.
  bool scales_weight = false;
  double global_coupling = 1;
  std::vector<double> region_factor;  // [target region] on the weight; empty: 1
  bool autapses = false, multapses = true;
  std::optional<ValueSpec> delay_ms;  // neither this nor a velocity: no delay (rates) or one step (spikes)
  std::optional<double> velocity_m_per_s;
  double length_scale = 1, minimum_delay_ms = 0, delay_sd_ms = 0;
  std::vector<PlasticitySpec> plasticity;
  Position at;
};

// Which units of every selected region: all, those listed, or a share drawn once under the name of the pattern.
struct UnitSubset {
  std::vector<uint32_t> units;  // numbers within the region's population; empty: all or `share`
  std::optional<double> share;
  std::string pattern;
};

// What an encoder or controller sees of a body: places in the list of its observations, the terms of its reward, their
// sum, is_over, is_terminated, is_first.
struct ObserveSpec {
  size_t body = 0;  // index into Scenario::bodies
  std::vector<uint32_t> what;
  bool senses = false;  // an observation is among it, not only rewards and ends
};

struct EncoderSpec {
  std::string name;    // "": has none; phases choose inputs by name
  std::string stream;  // encoders of one stream see the same shared random values; "": its own
  PluginChoice plugin;
  Selector to;
  std::string port;
  UnitSubset subset;
  std::optional<ObserveSpec> observes = {};
  // Its output carries a current rather than spikes.
  bool is_continuous() const {
    const auto& unit = *static_cast<const eg_unit*>(plugin.found->plugin->table);
    return unit.n_outputs > 0 && unit.outputs[0].accepts == EG_ACCEPTS_CONTINUOUS;
  }
};

// A body or environment, and who moves it.
struct BodySpec {
  std::string name;
  PluginChoice plugin;
  double step_ms = 0;  // how long an action lasts, and from one observation to the next
  double sensor_delay_ms = 0, motor_delay_ms = 0;
  // When it is over: begin anew at once within the episode, else rest until the next.
  bool restarts = false;
  double reward_gain = 1;        // on what the brain sees of the reward
  bool shuffled_reward = false;  // it sees those of other times
  struct Act {
    size_t population;              // a decoder
    std::vector<uint32_t> actions;  // the actions it gives, in its order
  };
  std::vector<Act> acts;
  std::optional<PluginChoice> controller;  // instead of decoders
  ObserveSpec controller_observes;
  Position at;
};

// What acts on a body besides its actions, in every trial anew.
struct PerturbationSpec {
  std::string name;
  size_t body = 0;
  uint32_t channel = 0;
  ValueSpec onset_ms;  // from the start of the trial
  double duration_ms = 0;
  ValueSpec amplitude;
  bool random_sign = false;
  std::optional<ValueSpec> period_ms;  // from onset to onset; none: once
  Position at;
};

// What is kept of a body: every action with what it led to, and where its parts are.
struct BodyRecordSpec {
  size_t body = 0;
  std::vector<std::string> phases;  // patterns; empty: all
  bool poses = false, store = true;
};

// A constant during one pulse or a train of them.
struct StimulusSpec {
  std::string name;
  Selector to;
  std::string port;
  double onset_ms = 0, duration_ms = 0, amplitude = 0;
  double period_ms = 0;   // from onset to onset; 0: one pulse
  uint64_t n_pulses = 1;  // 0: until the end of the run
  UnitSubset subset;
};

// Spikes read from a file: lines "time_ms,unit" after a header; units count through what `to` and `subset` select.
struct SpikeTrainSpec {
  std::string name;
  std::filesystem::path file;
  Selector to;
  std::string port;
  double weight = 0;
  UnitSubset subset;
  Position at;
};

struct RecordSpec {
  std::string name;
  Selector from;
  size_t population = 0, state = 0;
  bool spikes = false, store = true;
  bool rates = false;  // Hz per unit of each region, counted over every_ms; a "unit" of the recording is then a region
  double every_ms = 1;
  std::vector<std::string> phases;  // patterns of phases it covers; empty: all
  // Weights instead of states: of these synapses of one projection, or (none given) their mean.
  std::string weights_of;
  std::vector<SynapseRef> synapses;
};

struct AnalyzerSpec {
  PluginChoice plugin;
  std::string name, prefix;
  size_t input = 0;            // index into Scenario::records
  std::string phase;           // the one it looks at; "": the whole run
  std::optional<size_t> body;  // looks at this one instead of a recording
};

// A signal that plasticity rules read: baseline + what was released and has not decayed + what it follows.
struct ModulatorSpec {
  std::string name;
  double baseline = 0;
  double tau_ms = 0;  // decay of what is released; 0: it lasts one step
  // Subtracts the running mean of the rest, over this time: reward minus expected reward; 0: does not.
  double mean_tau_ms = 0;
  struct Release {
    double amount = 0;
    std::vector<double> at_ms;           // these times ...
    double onset_ms = 0, period_ms = 0;  // ... or every period from onset on, ...
    double rate_hz = 0;                  // ... or at random, ...
    std::optional<SynapseRef> pair;      // ... or after each spike of the synapse's source ...
    double within_ms = 0;                // ... that one of its target follows within this time
    ValueSpec delay_ms;                  // from the event on
    Position at;
  };
  std::vector<Release> releases;
  // Mean over units of a state of a population (a decoder's error, a body's reward), as it was after the last step.
  std::optional<std::pair<size_t, size_t>> follows;  // population, state
  double gain = 1;                                   // on what it follows
  std::optional<size_t> analyzer;                    // follows what this one finds, once its phase is over: ...
  std::string metric;                                // ... this of its metrics
  std::optional<size_t> rewards;                     // a release of this body's reward, when it is earned, ...
  std::optional<uint32_t> reward_term;               // ... or of this term of it
  Position at;
};

// A stretch of the run. Phases follow one another and fill it; a phase is one or more episodes of equal length.
struct PhaseSpec {
  std::string name;
  double episode_ms = 0;
  uint64_t episodes = 1;
  std::vector<std::string> inputs = {"*"};      // patterns of names of inputs that act; those without a name always do
  std::vector<std::string> plasticity = {"*"};  // patterns of projections or plugins whose rules act; empty: none
  // Phases that name one noise stream see the same noise, counted from their start; "": noise goes on.
  std::string noise;
  bool reset = false;     // every episode begins from the initial state (weights stay)
  bool snapshot = false;  // weights at its end go to results.h5
  Position at;
  double duration_ms() const { return episode_ms * static_cast<double>(episodes); }
};

struct GroupRules {
  std::string attribute = "group", other = "other";
  bool substring = false, case_sensitive = false;
  std::vector<std::pair<std::string, std::vector<std::string>>> define;
};

struct StreamSeeds {
  uint64_t graph = 0, wiring = 0, noise = 0, initial = 0;
};

struct Scenario {
  std::filesystem::path file;
  Node resolved;  // every default filled in: what resolved.toml holds
  std::string title;
  StreamSeeds seeds;
  double dt_ms = 0.1, duration_ms = 0, transient_ms = 0;
  bool single_precision = false;  // for populations whose plugin offers it
  double runaway_hz = 0;          // a population above this mean rate for 50 ms ends the run; 0: never
  std::optional<PluginChoice> connectome, fallback;
  bool uses_fallback = false;
  std::vector<PluginChoice> null_models;
  GroupRules groups;
  std::vector<TemplateSpec> templates;  // at least [region], number 0
  std::vector<PopulationSpec> populations;
  std::vector<ProjectionSpec> projections;
  std::vector<ModulatorSpec> modulators;
  std::vector<PhaseSpec> phases;  // empty: one, without a name, that is the run
  std::vector<EncoderSpec> encoders;
  std::vector<StimulusSpec> stimuli;
  std::vector<SpikeTrainSpec> spike_trains;
  std::vector<BodySpec> bodies;
  std::vector<PerturbationSpec> perturbations;
  std::vector<RecordSpec> records;
  std::vector<BodyRecordSpec> body_records;
  std::vector<AnalyzerSpec> analyzers;
  bool saves_weights = false;      // of all projections, to weights.h5; always done where weights change
  double checkpoint_every_ms = 0;  // 0: only when a signal stops the run
  std::optional<CalibrateSpec> calibrate;
  std::vector<std::pair<std::string, std::string>> data_files;  // name as written, absolute path
  std::vector<std::string> warnings;

  // Every plugin the scenario uses, in the order of the file.
  std::vector<const PluginChoice*> plugins() const;
  uint64_t n_steps() const { return static_cast<uint64_t>(duration_ms / dt_ms + 1e-9); }
  uint64_t n_transient_steps() const { return static_cast<uint64_t>(transient_ms / dt_ms + 1e-9); }
};

// Reads a file and merges what it includes below it. Paths in it become absolute later, relative to `file`.
Node read_with_includes(const std::filesystem::path& file);

// Applies "key=value" texts of --set, in order. Throws Failure(usage) for a text without '='.
void apply_overrides(Node& root, const std::vector<std::string>& overrides);

// Checks everything but running and fills `root` with defaults. Reports all errors into `diagnostics`; the result is
// usable only if diagnostics.ok().
Scenario resolve_scenario(Node root, const std::filesystem::path& file, PluginRegistry& registry,
                          const PathResolver& resolver, Diagnostics& diagnostics);

// The index of an input port that a source can feed, or an error: by name, or the first that accepts the source
// (spikes or continuous) and the sign.
std::optional<size_t> choose_port(const PopulationSpec& target, const std::string& name, bool from_spikes, double sign,
                                  const Position& at, Diagnostics& diagnostics);

}  // namespace encephagen
