// What a scenario file says is what the engine is given.
#include "resolving.hpp"

using namespace encephagen;
using encephagen::testing::resolve;

namespace {

const std::string kRun = "format = 1\n[run]\nduration_ms = 10.0\n";
const std::string kBrain = "[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"sources\"\n";
const std::string kPair =
    "[region.population.exc]\nplugin = \"core.lif\"\nn = 8\n[region.population.inh]\nplugin = \"core.lif\"\nn = 4\n";
const std::string kThalamus =
    "[template.thalamus]\nregions = [\"V1_*\", \"motor\"]\nports = { in = [\"relay\", \"exc\"] }\n"
    "[template.thalamus.population.relay]\nplugin = \"core.lif\"\nn = 5\n"
    "[template.thalamus.population.exc]\nplugin = \"core.lif\"\nn = 6\n";

ProjectionSpec within(const std::string& keys, const std::string& rule = "bernoulli = 0.5") {
  const auto s =
      resolve(kRun + kPair + "[[region.projection]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { " + rule + " }\n" + keys);
  REQUIRE(s.projections.size() == 1);
  return s.projections[0];
}

Scenario between(const std::string& ends, const std::string& keys = "rule = { bernoulli_per_weight = 0.5 }\n",
                 const std::string& weight = "weight_mv = 1.0\n") {
  return resolve(kRun + kBrain + kPair + kThalamus + "[[long_range]]\n" + ends + keys + weight);
}

}  // namespace

TEST_CASE("run: precision and the rate of a runaway") {
  const auto plain = resolve(kRun + kPair);
  CHECK_FALSE(plain.single_precision);
  CHECK(plain.runaway_hz == 500);
  const auto s = resolve(kRun + "precision = \"single\"\nrunaway_hz = 0\n" + kPair);
  CHECK(s.single_precision);
  CHECK(s.runaway_hz == 0);
}

TEST_CASE("weights: a number, or a distribution that keeps the sign of its mean") {
  const double inf = std::numeric_limits<double>::infinity();
  const auto weight = [](const std::string& text) { return within("weight_mv = " + text).weight; };
  CHECK(weight("2").is_constant());
  CHECK(weight("2").a == 2);
  const auto normal = weight("{ normal = [1.0, 0.5] }");
  CHECK(normal.kind == ValueSpec::Kind::normal);
  CHECK(normal.a == 1.0);
  CHECK(normal.b == 0.5);
  CHECK(normal.low == 0);
  CHECK(normal.high == inf);
  const auto inhibitory = weight("{ normal = [-1.0, 0.5], low = -3.0 }");
  CHECK(inhibitory.low == -3);
  CHECK(inhibitory.high == 0);
  CHECK(within("weight_mv = { normal = [-1.0, 0.5] }").port == 1);  // inh_mv
  const auto lognormal = weight("{ lognormal = [-2.0, 0.3] }");
  CHECK(lognormal.kind == ValueSpec::Kind::lognormal);
  CHECK(lognormal.a == -2.0);
  CHECK(lognormal.high == 0);
  // Bounds save a uniform distribution whose ends have two signs.
  const auto uniform = weight("{ uniform = [-1.0, 2.0], low = 0.5 }");
  CHECK(uniform.kind == ValueSpec::Kind::uniform);
  CHECK(uniform.a == -1);
  CHECK(uniform.b == 2);
  CHECK(uniform.low == 0.5);
  CHECK(uniform.high == 2);
}

TEST_CASE("weights: of both signs, where the mean is 0 or bounds say so, into the first port that takes both") {
  const auto projection = [](const std::string& weight) {
    return resolve(
               "format = 1\n[run]\nduration_ms = 1.0\n[region.population.e]\nplugin = \"core.lif_delta\"\nn = "
               "8\n[[region.projection]]\nfrom = \"e\"\nto = \"e\"\nrule = { all_to_all = true }\nweight_mv = " +
               weight + "\n")
        .projections.at(0);
  };
  const double inf = std::numeric_limits<double>::infinity();
  const auto balanced = projection("{ normal = [0.0, 0.1] }");
  CHECK(balanced.weight.low == -inf);
  CHECK(balanced.weight.high == inf);
  CHECK(balanced.port == 0);  // spikes_mv
  const auto shifted = projection("{ normal = [0.3, 0.5], low = -1.0 }");
  CHECK(shifted.weight.low == -1);
  CHECK(shifted.weight.high == inf);
  CHECK(projection("{ uniform = [-1.0, 2.0] }").weight.low == -1);
}

TEST_CASE("delays: a number, or a distribution no shorter than a step unless bounds say so") {
  const auto delay = [](const std::string& text) { return *within("weight_mv = 1.0\ndelay_ms = " + text).delay_ms; };
  CHECK(delay("1.5").a == 1.5);
  CHECK(within("weight_mv = 1.0").delay_ms->a == 0.1);
  CHECK(delay("{ normal = [1.5, 0.75] }").low == 0.1);
  CHECK(delay("{ normal = [1.5, 0.75], low = 1.0, high = 2.0 }").low == 1.0);
  CHECK(delay("{ normal = [1.5, 0.75], low = 1.0, high = 2.0 }").high == 2.0);
}

TEST_CASE("rules: kinds, values, autapses and multapses") {
  const std::string w = "weight_mv = 1.0\n";
  CHECK(within(w, "fixed_outdegree = 3").rule.kind == RuleKind::fixed_outdegree);
  CHECK(within(w, "fixed_outdegree = 3").rule.value == 3);
  CHECK(within(w, "fixed_total = 3").rule.kind == RuleKind::fixed_total);
  CHECK(within(w, "fixed_indegree = 20").multapses);
  CHECK_FALSE(within(w + "multapses = false", "fixed_indegree = 7").multapses);
  CHECK_FALSE(within(w, "bernoulli = 0.1").multapses);
  CHECK_FALSE(within(w).autapses);
  CHECK(within(w + "autapses = true", "one_to_one = true").autapses);
}

TEST_CASE("long range: rules per weight scale the number of synapses, others their weight") {
  const std::string ends = "from = \"inh\"\nto = \"inh\"\n";
  const auto one = [&](const std::string& keys) { return between(ends, keys).projections.at(0); };
  CHECK_FALSE(one("rule = { bernoulli_per_weight = 0.1 }\n").scales_weight);
  const auto indegree = one("rule = { indegree_per_weight = 12.5 }\nglobal_coupling = 0.5\n");
  CHECK(indegree.rule.kind == RuleKind::indegree_per_weight);
  CHECK(indegree.rule.value == 12.5);
  CHECK(indegree.global_coupling == 0.5);
  CHECK(indegree.multapses);
  CHECK_FALSE(indegree.scales_weight);
  for (const char* rule : {"bernoulli = 0.1", "fixed_indegree = 3", "fixed_outdegree = 3", "fixed_total = 9",
                           "all_to_all = true", "one_to_one = true"})
    CHECK(one("rule = { " + std::string(rule) + " }\n").scales_weight);
  const auto delayed =
      one("rule = { bernoulli_per_weight = 0.1 }\ndelay = { velocity_m_per_s = 6.0, minimum_ms = 1.0, sd_ms = 0.5 }\n");
  CHECK(*delayed.velocity_m_per_s == 6.0);
  CHECK(delayed.minimum_delay_ms == 1.0);
  CHECK(delayed.delay_sd_ms == 0.5);
}

TEST_CASE("long range: regions and ports at both ends") {
  const auto s = between("from = \"!basal_ganglia.inh\"\nto = [\"V1_*.in\", \"inh\"]\n");
  REQUIRE(s.projections.size() == 3);
  const auto name = [&](size_t k) { return s.populations[s.projections[k].to].name; };
  CHECK(s.projections[0].from_region == "!basal_ganglia");
  CHECK(s.projections[0].to_region == "V1_*");
  CHECK(name(0) == "thalamus/relay");
  CHECK(name(1) == "thalamus/exc");
  CHECK(s.projections[2].to_region == "*");
  CHECK(name(2) == "inh");
}

TEST_CASE("long range: a short name means the population of every template, a full name one") {
  CHECK(between("from = \"exc\"\nto = \"exc\"\n").projections.size() == 4);
  CHECK(between("from = \"thalamus/exc\"\nto = \"exc\"\n").projections.size() == 2);
}

TEST_CASE("long range: a factor per target") {
  const auto s =
      between("from = \"inh\"\nto = [\"exc\", \"inh\"]\ntarget_factor = { exc = 2, \"thalamus/exc\" = 3.0 }\n",
              "rule = { all_to_all = true }\n", "weight_mv = { normal = [1.0, 0.5], high = 4.0 }\n");
  REQUIRE(s.projections.size() == 3);
  const double factor[] = {2, 3, 1};
  for (size_t k = 0; k < 3; ++k) {
    const auto& w = s.projections[k].weight;
    CHECK(w.a == factor[k]);
    CHECK(w.b == 0.5 * factor[k]);
    CHECK(w.low == 0);
    CHECK(w.high == 4 * factor[k]);
  }
  const auto lognormal = between("from = \"inh\"\nto = \"inh\"\ntarget_factor = { inh = 2.0 }\n",
                                 "rule = { all_to_all = true }\n", "weight_mv = { lognormal = [1.0, 0.5] }\n");
  CHECK(lognormal.projections.at(0).weight.a == 2);
  CHECK(lognormal.projections.at(0).weight.b == 0.5);
}

TEST_CASE("long range: a factor of a rate coupling is on its strength") {
  const auto s =
      resolve(kRun + kBrain +
              "[region.population.mass]\nplugin = \"core.wilson_cowan\"\n[[long_range]]\nfrom = \"mass\"\nto = "
              "\"mass\"\nrule = { rate_per_weight = 2.0 }\ntarget_factor = { mass = 1.5 }\n");
  CHECK(s.projections.at(0).rule.value == 3.0);
}

TEST_CASE("templates: regions, populations, ports and projections of their own") {
  const auto s =
      resolve(kRun + kBrain + kPair + kThalamus +
              "[[template.thalamus.projection]]\nfrom = \"relay\"\nto = [\"exc\", \"thalamus/relay\"]\nrule = "
              "{ fixed_indegree = 2 }\nweight_mv = 1.0\n[[record]]\nfrom = \"*.exc\"\nrates = true\n");
  REQUIRE(s.templates.size() == 2);
  CHECK(s.templates[0].name.empty());
  CHECK(s.templates[0].regions.empty());
  CHECK(s.templates[1].name == "thalamus");
  CHECK(s.templates[1].regions == std::vector<std::string>{"V1_*", "motor"});
  REQUIRE(s.templates[1].ports.size() == 1);
  CHECK(s.templates[1].ports[0].first == "in");
  CHECK(s.templates[1].ports[0].second == std::vector<std::string>{"relay", "exc"});
  REQUIRE(s.populations.size() == 4);
  CHECK(s.populations[3].name == "thalamus/exc");
  CHECK(s.populations[3].short_name == "exc");
  CHECK(s.populations[3].of_template == 1);
  CHECK(s.populations[3].n == 6);
  REQUIRE(s.projections.size() == 2);
  CHECK(s.projections[0].from == 2);
  CHECK(s.projections[0].to == 3);
  CHECK(s.projections[1].to == 2);
  REQUIRE(s.records.size() == 2);
  CHECK(s.records[0].name == "exc.rate");
  CHECK(s.records[1].name == "thalamus.exc.rate");
  CHECK(s.records[1].rates);
}

TEST_CASE("records: by default spikes of what spikes and outputs of what does not, in every template") {
  const auto s = resolve(kRun + kBrain +
                         "[region.population.exc]\nplugin = \"core.wilson_cowan\"\n[region.population.inh]\nplugin = "
                         "\"core.lif\"\n" +
                         kThalamus);
  std::vector<std::string> names;
  for (const auto& r : s.records) names.push_back(r.name);
  CHECK(names == std::vector<std::string>{"exc.e", "inh.spikes", "thalamus.relay.spikes", "thalamus.exc.spikes"});
  const auto again = resolve(write_toml(s.resolved));
  CHECK(again.records.size() == 4);
}

TEST_CASE("records: what cannot be given is left out unless nothing can be given") {
  const auto s = resolve(kRun + kPair +
                         "[region.population.mass]\nplugin = \"core.wilson_cowan\"\n[[record]]\nspikes = "
                         "true\n[[record]]\nstate = \"e\"\n");
  REQUIRE(s.records.size() == 3);
  CHECK(s.records[0].name == "exc.spikes");
  CHECK(s.records[2].name == "mass.e");
}

TEST_CASE("stimuli: pulse trains and some of the units") {
  const std::string pulse = "[[stimulus]]\nto = \"exc\"\nonset_ms = 1.0\nduration_ms = 2.0\namplitude_mv = 3.0\n";
  const auto stimulus = [&](const std::string& keys) { return resolve(kRun + kPair + pulse + keys).stimuli.at(0); };
  CHECK(stimulus("").period_ms == 0);
  CHECK(stimulus("").n_pulses == 1);
  CHECK(stimulus("period_ms = 5.0").n_pulses == 0);
  CHECK(stimulus("period_ms = 5.0\nn_pulses = 4").n_pulses == 4);
  CHECK(stimulus("units = [7, 0]").subset.units == std::vector<uint32_t>{7, 0});
  CHECK_FALSE(stimulus("units = [7, 0]").subset.share);
  CHECK(*stimulus("unit_share = 0.25\npattern = \"a\"").subset.share == 0.25);
  CHECK(stimulus("unit_share = 0.25\npattern = \"a\"").subset.pattern == "a");
}

TEST_CASE("inputs: encoders and spike trains of some of the units") {
  const auto s = resolve(kRun + kPair +
                         "[[encoder]]\nplugin = \"core.poisson\"\nto = \"exc\"\nunits = [1]\n[[spike_train]]\nfile = "
                         "\"spikes.csv\"\nto = \"inh\"\nweight_mv = -2.0\nunit_share = 0.5\nport = \"inh_mv\"\n");
  CHECK(s.encoders.at(0).subset.units == std::vector<uint32_t>{1});
  const auto& train = s.spike_trains.at(0);
  CHECK(train.file == std::filesystem::absolute(encephagen::testing::good_corpus() / "spikes.csv").lexically_normal());
  CHECK(train.weight == -2.0);
  CHECK(train.port == "inh_mv");
  CHECK(*train.subset.share == 0.5);
  CHECK(s.data_files.at(0).first == "spikes.csv");
}

TEST_CASE("resolved: what was filled in says the same again") {
  for (const auto& file : std::filesystem::directory_iterator(encephagen::testing::good_corpus())) {
    if (file.path().extension() != ".toml") continue;
    Node root = read_with_includes(file.path());
    if (root.find("arm")) continue;
    INFO(file.path().filename().string());
    Diagnostics d;
    const auto first = resolve(std::move(root), d);
    const auto again = resolve(write_toml(first.resolved));
    CHECK(write_toml(again.resolved) == write_toml(first.resolved));
    REQUIRE(again.projections.size() == first.projections.size());
    for (size_t k = 0; k < first.projections.size(); ++k) {
      const auto &a = first.projections[k], &b = again.projections[k];
      CHECK(a.weight.low == b.weight.low);
      CHECK(a.multapses == b.multapses);
      CHECK(a.rule.value == b.rule.value);
      CHECK(a.weight.a == b.weight.a);
    }
  }
}
