// What a scenario file says about learning is what the engine is given.
#include "experiment/plan.hpp"
#include "resolving.hpp"

using namespace encephagen;
using encephagen::testing::resolve;

namespace {

const std::string kRun = "format = 1\n[run]\nduration_ms = 10.0\n";
const std::string kPair =
    "[region.population.exc]\nplugin = \"core.lif\"\nn = 8\n[region.population.inh]\nplugin = \"core.lif\"\nn = 4\n";

std::string projection(const std::string& from, const std::string& to, const std::string& keys = "weight_mv = 1.0\n") {
  return "[[region.projection]]\nfrom = \"" + from + "\"\nto = " + to + "\nrule = { all_to_all = true }\n" + keys;
}

Scenario from_corpus(const std::string& name) {
  Diagnostics d;
  auto s = resolve(read_with_includes(encephagen::testing::good_corpus() / name), d);
  d.throw_if_any();
  return s;
}

std::vector<std::string> names_of(const Scenario& s) {
  std::vector<std::string> out;
  for (const auto& p : s.projections) out.push_back(p.name);
  return out;
}

// Good again, and to the same text.
void check_stable(const Scenario& s) {
  const std::string text = write_toml(s.resolved);
  CHECK(write_toml(resolve(text).resolved) == text);
}

}  // namespace

TEST_CASE("names of projections: given, made of their ends, and unique") {
  const auto s = resolve(kRun + kPair + projection("exc", "[\"exc\", \"inh\"]") + projection("exc", "\"exc\"") +
                         projection("inh", "[\"exc\", \"inh\"]", "name = \"back\"\nweight_mv = -1.0\n") +
                         projection("inh", "\"exc\"", "name = \"exc->exc\"\nweight_mv = -1.0\n"));
  CHECK(names_of(s) ==
        std::vector<std::string>{"exc->exc-2", "exc->inh", "exc->exc-3", "back->exc", "back->inh", "exc->exc"});
  const auto* list = s.resolved.find("region")->find("projection");
  CHECK(list->items[1].find("name")->text == "exc->exc-3");
  CHECK(list->items[0].find("name") == nullptr);  // two projections
  const auto again = resolve(write_toml(s.resolved));
  CHECK(names_of(again) == names_of(s));
}

TEST_CASE("names of projections: between regions an arrow of another kind, and templates with a dot") {
  const auto s = resolve(kRun + "[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"sources\"\n" + kPair +
                         "[template.t]\nregions = \"V1_*\"\n[template.t.population.exc]\nplugin = \"core.lif\"\n"
                         "[[long_range]]\nfrom = \"t/exc\"\nto = \"inh\"\nrule = { bernoulli = 0.1 }\nweight_mv = 1.0\n"
                         "[[long_range]]\nname = \"all\"\nfrom = \"exc\"\nto = \"exc\"\nrule = { bernoulli = 0.1 }\n"
                         "weight_mv = 1.0\n");
  CHECK(names_of(s) ==
        std::vector<std::string>{"t.exc=>inh", "all.exc->exc", "all.exc->t.exc", "all.t.exc->exc", "all.t.exc->t.exc"});
  check_stable(s);
}

TEST_CASE("plasticity: modulators by the rule's name or another") {
  const auto s = from_corpus("learning.toml");
  REQUIRE(s.projections.size() == 3);
  REQUIRE(s.projections[2].plasticity.size() == 1);
  CHECK(s.projections[2].plasticity[0].modulators == std::vector<size_t>{0});
  CHECK(s.projections[2].dendritic_delay_ms == 1.5);
  const auto two = resolve(kRun + kPair +
                           projection("exc", "\"exc\"",
                                      "weight_mv = 1.0\n[[region.projection.plasticity]]\nplugin = "
                                      "\"test.three_factor\"\n[modulator.other]\n[modulator.dopamine]\n"));
  CHECK(two.projections[0].plasticity[0].modulators == std::vector<size_t>{1});
}

TEST_CASE("continuous projections: sources that do not spike but have an output") {
  const auto s = from_corpus("learning.toml");
  CHECK_FALSE(s.projections[0].is_continuous);
  CHECK(s.projections[1].is_continuous);
  CHECK(s.populations[1].is_decoder());
  CHECK_FALSE(s.populations[1].can_spike());
  CHECK(s.populations[0].unit().inputs[s.projections[1].port].accepts == EG_ACCEPTS_CONTINUOUS);
  REQUIRE(s.projections[1].follows);
  CHECK(s.projections[1].follows->projection == "readout");
  CHECK(s.projections[1].follows->how == FollowSpec::How::change);
  CHECK(s.projections[1].follows->decay == 0.01);
  const auto between = from_corpus("long_range_plastic.toml");
  REQUIRE(between.projections.size() == 3);
  CHECK(between.projections[0].plasticity.size() == 1);
  CHECK(between.projections[0].dendritic_delay_ms == 1);
  CHECK(between.projections[0].set_weight.size() == 1);
  CHECK_FALSE(between.projections[1].is_continuous);  // a rate coupling
  CHECK(between.projections[2].is_continuous);
}

TEST_CASE("listed synapses: the file, their number, and weights set afterwards") {
  const auto s = from_corpus("listed.toml");
  const auto& p = s.projections.at(0);
  CHECK(p.rule.kind == RuleKind::listed);
  CHECK(p.rule.value == 3);
  CHECK(p.rule.file ==
        std::filesystem::absolute(encephagen::testing::good_corpus() / "synapses.csv").lexically_normal());
  CHECK(p.weight.a == 1);
  REQUIRE(p.set_weight.size() == 2);
  CHECK(p.set_weight[0].first.projection == "from a file");
  CHECK(p.set_weight[0].first.nth == 1);
  CHECK(p.set_weight[0].second == 0.75);
  CHECK(p.set_weight[1].first.source == 3);
  CHECK(s.saves_weights);
  CHECK(s.checkpoint_every_ms == 10);
  CHECK_FALSE(from_corpus("plastic.toml").saves_weights);
}

TEST_CASE("modulators: numbers, releases and what they follow") {
  const auto s = from_corpus("learning.toml");
  REQUIRE(s.modulators.size() == 1);
  const auto& m = s.modulators[0];
  CHECK(m.name == "reward");
  CHECK(m.baseline == 0.1);
  CHECK(m.tau_ms == 200);
  CHECK(m.mean_tau_ms == 1000);
  CHECK(m.gain == 2);
  REQUIRE(m.follows);
  CHECK(*m.follows == std::pair<size_t, size_t>{1, 0});
  REQUIRE(m.releases.size() == 4);
  CHECK(m.releases[0].at_ms == std::vector<double>{100, 200});
  CHECK(m.releases[1].period_ms == 50);
  CHECK(m.releases[1].onset_ms == 10);
  CHECK(m.releases[2].rate_hz == 3);
  REQUIRE(m.releases[3].pair);
  CHECK(m.releases[3].pair->projection == "e->e");
  CHECK(m.releases[3].pair->source == 1);
  CHECK(m.releases[3].pair->nth == 2);
  CHECK(m.releases[3].within_ms == 10);
  CHECK(m.releases[3].delay_ms.kind == ValueSpec::Kind::uniform);
}

TEST_CASE("phases: their sum is the duration, and what they choose") {
  const auto s = from_corpus("learning.toml");
  REQUIRE(s.phases.size() == 3);
  CHECK(s.duration_ms == 350);
  CHECK(s.resolved.find("run")->find("duration_ms")->number == 350);
  CHECK(s.phases[0].inputs == std::vector<std::string>{"*", "!cue"});
  CHECK(s.phases[0].plasticity.empty());
  CHECK(s.phases[0].noise == "same");
  CHECK(s.phases[1].episodes == 10);
  CHECK(s.phases[1].episode_ms == 25);
  CHECK(s.phases[1].inputs == std::vector<std::string>{"*"});
  CHECK(s.phases[1].plasticity == std::vector<std::string>{"*", "!e->*", "core.*"});
  CHECK(s.phases[1].reset);
  CHECK(s.phases[1].snapshot);
  CHECK(s.phases[2].inputs.empty());
  CHECK(s.encoders.at(0).name == "pattern");
  CHECK(s.encoders.at(0).stream == "shared");
  CHECK(s.stimuli.at(0).name == "cue");
  CHECK(s.spike_trains.at(0).name == "cue");
  CHECK(s.analyzers.at(1).phase == "after");
  CHECK(s.analyzers.at(1).prefix == "after.");
  check_stable(s);
}

TEST_CASE("recordings: weights, and phases they cover") {
  const auto s = from_corpus("learning.toml");
  REQUIRE(s.records.size() == 4);
  CHECK(s.records[0].phases == std::vector<std::string>{"*", "!learn"});
  CHECK(s.records[1].name == "readout.weight");
  CHECK(s.records[1].weights_of == "readout");
  CHECK(s.records[1].every_ms == 5);
  CHECK(s.records[1].synapses.empty());
  CHECK(s.records[2].name == "some");
  REQUIRE(s.records[2].synapses.size() == 2);
  CHECK(s.records[2].synapses[1].projection == "e->e");
  CHECK(s.records[2].synapses[1].source == 7);
  CHECK(s.records[2].phases == std::vector<std::string>{"learn"});
}

TEST_CASE("experiment: its phases replace those of the scenario, and arms and [quick] change them") {
  const auto file = encephagen::testing::good_corpus() / "experiment_phases.toml";
  const auto plan = [&](const std::vector<std::string>& overrides, bool quick) {
    const char* binary = std::getenv("ENCEPHAGEN_BINARY_DIR");
    PluginRegistry registry({std::filesystem::path(binary ? binary : ".") / "lib/encephagen/plugins"});
    Diagnostics d;
    auto e = plan_experiment(read_toml(file), file, overrides, quick, registry, make_path_resolver(file), d);
    d.throw_if_any();
    REQUIRE(e.runs.size() == 2);
    return std::vector<double>{e.runs[0].scenario.duration_ms, e.runs[1].scenario.duration_ms};
  };
  CHECK(plan({}, false) == std::vector<double>{30, 70});
  CHECK(plan({}, true) == std::vector<double>{20, 60});
  CHECK(plan({"phase.again.episode_ms=5"}, false) == std::vector<double>{20, 60});
}
