// Synapses from files: weights.h5 of a run that learned, lists, and what is said of those that cannot be used.
#include "engine/weights_file.hpp"

#include "engine/result_store.hpp"
#include "engine/run.hpp"
#include "learning.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// `rule` of the projection that learns.
std::string network(const std::string& rule, const std::string& phases) {
  return R"(format = 1
[run]
seed = 11
[region.population.e]
plugin = "core.lif"
n = 80
[region.population.f]
plugin = "core.lif"
n = 20
[[region.projection]]
name = "in.out"
from = "e"
to = "f"
)" + rule +
         R"([[region.projection.plasticity]]
plugin = "core.stdp"
params = { a_plus = 0.3, a_minus = 0.1 }
[[region.projection]]
name = "back"
from = "f"
to = "e"
rule = { fixed_indegree = 10 }
weight_mv = 1.0
delay_ms = 1.5
[[encoder]]
plugin = "core.poisson"
to = "*.e"
params.rate_hz = 2600.0
[[encoder]]
plugin = "core.poisson"
to = "*.f"
params.rate_hz = 2300.0
[[record]]
from = "*.f"
spikes = true
)" + phases;
}

const std::string drawn_rule =
    "rule = { fixed_indegree = 30 }\nweight_mv = { uniform = [1.0, 4.0] }\ndelay_ms = { uniform = [1.0, 4.0] }\n";
const std::string test_phase =
    "[[phase]]\nname = \"test\"\nduration_ms = 100.0\nreset = true\nplasticity = false\nnoise = \"probe\"\n";
const std::string learn_phase = "[[phase]]\nname = \"learn\"\nduration_ms = 200.0\n";

// Spikes of the last 100 ms, in steps.
std::vector<std::pair<int64_t, int64_t>> last_spikes(const std::filesystem::path& folder, double from_ms) {
  const ResultReader results(folder / "results.h5");
  const auto name = results.list("/spikes").at(0);
  const auto t = results.read("/spikes/" + name + "/timestamps").numbers;
  const auto unit = results.read("/spikes/" + name + "/node_ids").integers;
  std::vector<std::pair<int64_t, int64_t>> out;
  for (size_t k = 0; k < t.size(); ++k)
    if (t[k] > from_ms + 0.05) out.emplace_back(std::llround((t[k] - from_ms) * 10), unit[k]);
  return out;
}

void run(const std::string& toml, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const Network net(toml);
  run_scenario(net.scenario, net.paths, folder);
}

ProjectionSpec listed(const std::filesystem::path& file, const std::string& name = "p") {
  ProjectionSpec p;
  p.name = name;
  p.rule.kind = RuleKind::listed;
  p.rule.file = file;
  p.at = {"net.toml", 7, 3};
  return p;
}

// What is said when 3 sources and 2 targets are to be connected.
std::string complaint(const ProjectionSpec& p) {
  try {
    read_synapses(p, 3, 2);
  } catch (const Failure& e) {
    CHECK(e.status() == Exit::data_unusable);
    return e.what();
  }
  return "none";
}

void write_projection(const std::filesystem::path& file, const std::string& name, std::vector<int64_t> source,
                      std::vector<int64_t> target, std::vector<double> weight, std::vector<double> delay) {
  ResultWriter out(file);
  const auto at = "/projections/" + name;
  out.put(at + "/source", {"source", "", EG_I64, {source.size()}, {}, source, {}});
  out.put(at + "/target", {"target", "", EG_I64, {target.size()}, {}, target, {}});
  out.put(at + "/weight", {"weight", "", EG_F64, {weight.size()}, weight, {}, {}});
  out.put(at + "/delay_ms", {"delay_ms", "", EG_F64, {delay.size()}, delay, {}, {}});
  out.close();
}

}  // namespace

TEST_CASE("weights: a network that is given what another learned fires as that did in its last phase") {
  const TemporaryFolder folder;
  run(network(drawn_rule, learn_phase + test_phase), folder.path() / "a");
  const auto taught = last_spikes(folder.path() / "a", 200);
  REQUIRE(taught.size() > 30);
  const std::string rule =
      "rule = { file = \"" + (folder.path() / "a/weights.h5").string() + "\" }\nport = \"exc_mv\"\n";
  run(network(rule, test_phase), folder.path() / "b");
  CHECK(last_spikes(folder.path() / "b", 0) == taught);
  // Untaught it fires otherwise.
  run(network(drawn_rule, test_phase), folder.path() / "c");
  CHECK(last_spikes(folder.path() / "c", 0) != taught);
  // And what it has been given is what it saves.
  CHECK(read_text(folder.path() / "b/weights.h5") == read_text(folder.path() / "a/weights.h5"));
}

TEST_CASE("weights: weights.h5 holds the synapses of plastic projections, or of all") {
  const TemporaryFolder folder;
  run(network(drawn_rule, test_phase), folder.path() / "some");
  run(network(drawn_rule, test_phase + "[weights]\nsave = true\n"), folder.path() / "all");
  const ResultReader some(folder.path() / "some/weights.h5"), all(folder.path() / "all/weights.h5");
  CHECK(some.list("/projections") == std::vector<std::string>{"in.out"});
  CHECK(all.list("/projections") == std::vector<std::string>{"back", "in.out"});
  Network net(network(drawn_rule, test_phase));
  for (const std::string name : {"in.out", "back"}) {
    const auto s = synapses_of(net.simulation, name);
    const std::string group = "/projections/" + name;
    std::vector<int64_t> source, target(s.target.begin(), s.target.end());
    std::vector<double> delay;
    for (size_t i = 0; i + 1 < s.row_begin.size(); ++i)
      for (uint64_t k = s.row_begin[i]; k < s.row_begin[i + 1]; ++k)
        source.push_back(static_cast<int64_t>(i)), delay.push_back(s.delay(k) * 0.1);
    CHECK(source.size() == (name == "back" ? 800 : 600));
    CHECK(all.read(group + "/source").integers == source);
    CHECK(all.read(group + "/target").integers == target);
    CHECK(all.read(group + "/weight").numbers == s.weight);
    CHECK(all.read(group + "/delay_ms").numbers == delay);
  }
  // Nothing learns, nothing is asked for: no file.
  auto toml = network(drawn_rule, test_phase);
  const auto at = toml.find("[[region.projection.plasticity]]");
  run(toml.erase(at, toml.find("[[region.projection]]", at) - at), folder.path() / "none");
  CHECK(std::filesystem::exists(folder.path() / "none/results.h5"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "none/weights.h5"));
}

TEST_CASE("lists: synapses in order of their sources, with a delay each or none") {
  const TemporaryFolder folder;
  const auto one = read_synapses(
      listed(folder.write("one.csv", "source,target,weight\n2,0,0.5\r\n\n0,1,-1e-3\n0, 0, 7\r\n\r\n2,0,3")), 3, 2);
  CHECK(one.row_begin == std::vector<int64_t>{0, 2, 2, 4});
  CHECK(one.target == std::vector<uint32_t>{1, 0, 0, 0});
  CHECK(one.weight == std::vector<double>{-1e-3, 7, 0.5, 3});
  CHECK(one.delay_ms.empty());
  CHECK(one.row(2) == std::pair<int64_t, int64_t>{2, 4});
  const auto two =
      read_synapses(listed(folder.write("two.csv", "source,target,weight,delay_ms\n1,1,2,1.5\n0,1,3,0\n")), 3, 2);
  CHECK(two.target == std::vector<uint32_t>{1, 1});
  CHECK(two.delay_ms == std::vector<double>{0, 1.5});
  const auto empty = read_synapses(listed(folder.write("no.csv", "source,target,weight\n")), 3, 2);
  CHECK(empty.row_begin == std::vector<int64_t>{0, 0, 0, 0});
}

TEST_CASE("lists: what cannot be used is refused by line and reason") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& lines) {
    const auto file = folder.write("list.csv", "source,target,weight\n" + lines);
    const auto said = complaint(listed(file));
    const std::string start = "net.toml:7:3: " + file.string() + ":";
    return said.starts_with(start) ? said.substr(start.size()) : said;
  };
  const std::string how = "a synapse is written source,target,weight or source,target,weight,delay_ms",
                    rest = "after the weight a delay in ms may follow, and nothing else";
  CHECK(says("0,1,2\n2,1,3\n") == "none");
  CHECK(says("0,1,2\n3,0,1\n") == "3: there is no source 3: projection 'p' has 3, numbered from 0");
  CHECK(says("-1,0,1\n") == "2: there is no source -1: projection 'p' has 3, numbered from 0");
  CHECK(says("0,2,1\n") == "2: there is no target 2: projection 'p' has 2, numbered from 0");
  CHECK(says("0,-2,1\n") == "2: there is no target -2: projection 'p' has 2, numbered from 0");
  CHECK(says("0,1\n") == "2: " + how);
  CHECK(says("\n0;1;2\n") == "3: " + how);
  CHECK(says("0,1,x\n") == "2: " + how);
  CHECK(says("0.5,1,2\n") == "2: " + how);
  CHECK(says("0,1,2,-1\n") == "2: " + rest);
  CHECK(says("0,1,2,\n") == "2: " + rest);
  CHECK(says("0,1,2;3\n") == "2: " + rest);
  CHECK(says("0,1,2,3,4\n") == "2: " + rest);
  CHECK(says("0,1,2,3 ms\n") == "2: " + rest);
  CHECK(says("0,1,2,3\n0,0,2\n") == "3: either all synapses have a delay or none");
  CHECK(says("0,1,2\n0,0,2,3\n") == "3: either all synapses have a delay or none");
  const auto absent = folder.path() / "absent.csv";
  CHECK(complaint(listed(absent)) == "net.toml:7:3: " + absent.string() + ": cannot be read");
}

TEST_CASE("weights: files that do not fit are refused by name and reason") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "weights.h5";
  const auto says = [&](const std::string& name = "p") {
    const auto said = complaint(listed(file, name));
    const std::string start = "net.toml:7:3: " + file.string();
    return said.starts_with(start) ? said.substr(start.size()) : said;
  };
  {
    ResultWriter out(file);
    out.put("/connectome/x", {"x", "", EG_F64, {1}, {1}, {}, {}});
    out.close();
  }
  CHECK(says() == ": holds no projection 'p'; it holds: none");
  write_projection(file, "q", {0}, {0}, {1}, {1});
  CHECK(says() == ": holds no projection 'p'; it holds: q");
  CHECK(says("q") == "none");
  write_projection(file, "a.b", {0, 1}, {0, 1}, {1, 2}, {1, 1.5});
  CHECK(says("a/b") == "none");
  CHECK(read_synapses(listed(file, "a/b"), 3, 2).delay_ms == std::vector<double>{1, 1.5});
  write_projection(file, "p", {0, 1}, {0}, {1, 2}, {1, 1});
  CHECK(says() == ": its arrays differ in length");
  write_projection(file, "p", {0, 3}, {0, 1}, {1, 2}, {1, 1});
  CHECK(says() == ", synapse 1: there is no source 3: projection 'p' has 3, numbered from 0");
  write_projection(file, "p", {0}, {2}, {1}, {1});
  CHECK(says() == ", synapse 0: there is no target 2: projection 'p' has 2, numbered from 0");
}

TEST_CASE("weights: one delay for all is the projection's where that is the same") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "weights.h5";
  write_projection(file, "p", {0, 1}, {0, 1}, {1, 2}, {1.5, 1.5});
  auto p = listed(file);
  CHECK(read_synapses(p, 3, 2).delay_ms == std::vector<double>{1.5, 1.5});
  p.delay_ms = ValueSpec{.kind = ValueSpec::Kind::constant, .a = 1.5};
  CHECK(read_synapses(p, 3, 2).delay_ms.empty());
  p.delay_ms->a = 2;
  CHECK(read_synapses(p, 3, 2).delay_ms == std::vector<double>{1.5, 1.5});
}
