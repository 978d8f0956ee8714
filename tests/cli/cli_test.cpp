// The command as a user types it: exit statuses, messages, results on disk, repeatability.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "engine/result_store.hpp"
#include "program.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;

namespace {

// A small scenario in a folder of its own; returns the file.
std::string scenario(const fs::path& folder, const std::string& more = "") {
  std::ofstream(folder / "small.toml")
      << "format = 1\ntitle = \"small\"\n[run]\nseed = 4\nduration_ms = 60.0\ntransient_ms = "
         "10.0\n[connectome]\nplugin = \"core.toy20\"\n"
         "params.rows = \"targets\"\n[region.population.mass]\nplugin = \"core.wilson_cowan\"\n[[long_range]]\nfrom = "
         "\"mass\"\nto = \"mass\"\n"
         "rule = { rate_per_weight = 1.0 }\nglobal_coupling = 0.02\n[[analyzer]]\nplugin = \"core.variance\"\n"
      << more;
  return "'" + (folder / "small.toml").string() + "'";
}

std::string experiment(const fs::path& folder) {
  scenario(folder);
  std::ofstream(folder / "experiment.toml")
      << "format = 1\ntitle = \"two arms\"\nbase = \"small.toml\"\n[[arm]]\nname = \"real\"\n[[arm]]\nname = "
         "\"nulls\"\nreplicates = 19\n"
         "null_model = [{ plugin = \"core.degree_preserving\", params = { accepted_swaps_per_edge = 1.0 } }]\n"
         "[[claim]]\nid = \"C\"\ntext = \"variances differ more\"\nmetric = \"variance_cv\"\ncompare = [\"real\", "
         "\"nulls\"]\ntest = { rank = true }\n";
  return "'" + (folder / "experiment.toml").string() + "'";
}

// All datasets of a results.h5, as text with every digit.
std::string datasets(const fs::path& file) {
  const ResultReader h5(file);
  std::string out;
  for (const auto& name : h5.list("/recordings"))
    for (const auto& part : h5.list("/recordings/" + name)) {
      out += name + "/" + part;
      const auto a = h5.read("/recordings/" + name + "/" + part);
      for (const double x : a.numbers) out += fmt::format(" {}", x);
      for (const auto x : a.integers) out += fmt::format(" {}", x);
    }
  return out;
}

}  // namespace

TEST_CASE("cli: without a verb it shows help and the status is 2") {
  const auto said = run_program("");
  CHECK(said.status == 2);
  CHECK(said.out.find("usage: encephagen VERB") != std::string::npos);
  CHECK(run_program("help").status == 0);
  CHECK(run_program("--version").status == 0);
}

TEST_CASE("cli: a misspelt verb or option is a usage error with a suggestion") {
  auto said = run_program("rnu x.toml");
  CHECK(said.status == 2);
  CHECK(said.err == "error: there is no verb 'rnu'; did you mean 'run'?; see encephagen help\n");
  said = run_program("run x.toml --thread 2");  // no guessing of option names
  CHECK(said.status == 2);
  said = run_program("run x.toml --seed -1");
  CHECK(said.status == 2);
  CHECK(said.err == "error: --seed -1: needs a whole number from 0 to 9000000000000000000\n");
  said = run_program("run");
  CHECK(said.err == "error: run needs a scenario or experiment file\n");
}

TEST_CASE("cli: a file that does not exist or is wrong has status 3, a missing plugin 4, missing data 5") {
  const auto folder = scratch("wrong");
  auto said = run_program("run nowhere.toml");
  CHECK(said.status == 3);
  CHECK(said.err == "error: nowhere.toml: cannot be read: no such file, or no permission\n");
  said = run_program("check " + scenario(folder, "[[analyzer]]\nplugin = \"core.group_rates\"\nparams.x = 1\n"));
  CHECK(said.status == 3);
  CHECK(said.err.find("'x' is not a parameter of analyzer 'core.group_rates'") != std::string::npos);
  said = run_program("check " + scenario(folder, "[[analyzer]]\nplugin = \"acme.nothing\"\n"));
  CHECK(said.status == 4);
  said = run_program("run " + scenario(folder) + " -o '" + (folder / "o").string() +
                         "' --set connectome.plugin=core.tvb --set connectome.params.dataset=tvb76 --set "
                         "connectome.params.self_loops=drop",
                     "ENCEPHAGEN_DATA=/nowhere XDG_DATA_HOME=/nowhere");
  // In a checkout with the data beside it the dataset is found, and the run succeeds.
  CHECK((said.status == 5 || said.status == 0));
}

TEST_CASE("cli: a run leaves every file of the contract, and its summary says where") {
  const auto folder = scratch("contract");
  const auto said = run_program("run " + scenario(folder) + " -o '" + (folder / "out").string() + "'");
  CHECK(said.status == 0);
  for (const char* name : {"resolved.toml", "run.json", "results.h5", "metrics.csv", "claims.json", "report.html"}) {
    INFO(name);
    CHECK(fs::exists(folder / "out" / name));
  }
  CHECK(said.out.find((folder / "out/report.html").string()) != std::string::npos);
  CHECK(read_file(folder / "out/metrics.csv").starts_with("run,arm,replicate,metric,group,value,unit\n"));
  // The resolved file is a scenario that gives the same results.
  CHECK(run_program("run '" + (folder / "out/resolved.toml").string() + "' -o '" + (folder / "again").string() + "'")
            .status == 0);
  CHECK(read_file(folder / "out/metrics.csv") == read_file(folder / "again/metrics.csv"));
  // Results are not overwritten.
  const auto twice = run_program("run " + scenario(folder) + " -o '" + (folder / "out").string() + "'");
  CHECK(twice.status == 2);
  CHECK(twice.err.find("the folder holds something already; choose another with -o, or complete it with --resume") !=
        std::string::npos);
}

TEST_CASE("cli: one thread and two give the same bytes, run after run") {
  const auto folder = scratch("threads");
  const std::string file = experiment(folder);
  CHECK(run_program("run " + file + " --threads 1 -o '" + (folder / "a").string() + "'").status == 0);
  CHECK(run_program("run " + file + " --threads 2 -o '" + (folder / "b").string() + "'").status == 0);
  CHECK(read_file(folder / "a/metrics.csv") == read_file(folder / "b/metrics.csv"));
  CHECK(read_file(folder / "a/claims.json") == read_file(folder / "b/claims.json"));
  for (const char* run : {"runs/00000/results.h5", "runs/00007/results.h5"}) {
    const auto a = datasets(folder / "a" / run);
    CHECK(a.size() > 1000);
    CHECK(a == datasets(folder / "b" / run));
  }
  CHECK(datasets(folder / "a/runs/00001/results.h5") != datasets(folder / "a/runs/00002/results.h5"));
}

TEST_CASE("cli: shards and resume complete an experiment to the same bytes") {
  const auto folder = scratch("shards");
  const std::string file = experiment(folder), whole = "'" + (folder / "whole").string() + "'",
                    parts = "'" + (folder / "parts").string() + "'";
  CHECK(run_program("run " + file + " -o " + whole).status == 0);
  CHECK(run_program("run " + file + " --shard 1/2 -o " + parts).status == 0);
  CHECK(run_program("run " + file + " --shard 2/2 -o " + parts).status == 0);
  CHECK(read_file(folder / "whole/metrics.csv") == read_file(folder / "parts/metrics.csv"));
  fs::remove_all(folder / "parts/runs/00003");
  const auto said = run_program("run " + file + " --resume -o " + parts);
  CHECK(said.status == 0);
  CHECK(said.out.find("1 run done, 19 reused, 0 failed") != std::string::npos);
  CHECK(read_file(folder / "whole/metrics.csv") == read_file(folder / "parts/metrics.csv"));
  CHECK(run_program("run " + file + " --shard 3/2 -o " + parts).status == 2);
}

TEST_CASE("cli: an experiment whose runs fail ends with status 6 and says which and why") {
  const auto folder = scratch("failing");
  scenario(folder, "[[analyzer]]\nplugin = \"core.latency\"\n");  // there is no stimulus
  std::ofstream(folder / "experiment.toml") << "format = 1\nbase = \"small.toml\"\n[[arm]]\nname = \"a\"\n";
  const auto said =
      run_program("run '" + (folder / "experiment.toml").string() + "' -o '" + (folder / "out").string() + "'");
  CHECK(said.status == 6);
  CHECK(said.err.find("error: run 0 (arm 'a', replicate 0): ") != std::string::npos);
  CHECK(said.err.find("analyzer 'core.latency' 1.0.0 failed: ") != std::string::npos);
}

TEST_CASE("cli: without the dataset a scenario with a fallback runs on it and says so loudly") {
  const auto folder = scratch("fallback");
  std::ofstream(folder / "f.toml")
      << "format = 1\n[run]\nduration_ms = 20.0\n[connectome]\nplugin = \"core.matrix\"\nparams.weights_file = "
         "\"nowhere.csv\"\nparams.rows = \"targets\"\n"
         "params.self_loops = \"drop\"\n[connectome.fallback]\nplugin = "
         "\"core.spatial\"\n[region.population.mass]\nplugin = \"core.wilson_cowan\"\n";
  const auto said = run_program("run '" + (folder / "f.toml").string() + "' -o '" + (folder / "out").string() + "'");
  CHECK(said.status == 0);
  CHECK(said.err.find(
            "uses the fallback 'core.spatial', a synthetic connectome: its results say nothing about real brains") !=
        std::string::npos);
  CHECK(read_file(folder / "out/run.json").find("\"synthetic_fallback\": true") != std::string::npos);
}

TEST_CASE("cli: answers for programs are JSON") {
  for (const char* verb : {"list --json", "describe neuron core.lif --json", "data list --json"}) {
    const auto said = run_program(verb);
    INFO(verb);
    CHECK(said.status == 0);
    CHECK((said.out.starts_with("{") || said.out.starts_with("[")));
  }
  CHECK(run_program("describe neuron core.lfi").status == 4);
  CHECK(run_program("list nueron").err.find("did you mean 'neuron'?") != std::string::npos);
}

TEST_CASE("cli: another neuron plugin, connectome or null model is an edit of TOML only") {
  const auto folder = scratch("swap");
  const std::string file = scenario(folder);
  CHECK(run_program("check " + file + " --set connectome.plugin=core.spatial --set connectome.params={}").status == 0);
  CHECK(run_program("check " + file + " --set 'null_model=[{plugin=\"core.degree_preserving\"}]'").status == 0);
  const std::string spiking = file +
                              " --set region.population.mass.plugin=core.lif --set region.population.mass.n=20 --set "
                              "'long_range.0.rule={bernoulli_per_weight=0.1}' --set long_range.0.weight_mv=2.0 "
                              "--set 'encoder=[{plugin=\"core.poisson\", to=\"*.*\", params={threshold_ratio=6.0}}]' "
                              "--set 'analyzer=[{plugin=\"core.group_rates\"}]'";
  const auto said = run_program("run " + spiking + " -o '" + (folder / "lif").string() + "'");
  CHECK(said.status == 0);
  CHECK(said.out.find("rate_hz") != std::string::npos);
}

TEST_CASE("cli: runs without a connectome are independent runs, not repeats of one graph") {
  const auto folder = scratch("no_graph");
  std::ofstream(folder / "small.toml")
      << "format = 1\n[run]\nduration_ms = 200.0\n[region.population.exc]\nplugin = \"core.lif\"\nn = 50\n"
         "[[encoder]]\nplugin = \"core.poisson\"\nto = \"*.exc\"\nparams.rate_hz = 1750.0\nparams.weight_mv = 2.0\n"
         "[[analyzer]]\nplugin = \"core.group_rates\"\n";
  std::ofstream(folder / "experiment.toml")
      << "format = 1\ntitle = \"no graph\"\nbase = \"small.toml\"\n[[arm]]\nname = \"a\"\nreplicates = 6\n"
         "[[arm]]\nname = \"b\"\nreplicates = 6\nset = { \"encoder.0.params.rate_hz\" = 1200.0 }\n"
         "[[claim]]\nid = \"C\"\ntext = \"more input, higher rate\"\nmetric = \"rate_hz\"\ncompare = [\"a\", \"b\"]\n"
         "test = { mann_whitney = true }\n[[claim]]\nid = \"D\"\ntext = \"it fires\"\nmetric = \"rate_hz\"\narm = "
         "\"a\"\n"
         "test = { above = 0.0 }\n";
  const auto said = run_program("run '" + (folder / "experiment.toml").string() + "' -o '" + (folder / "o").string() +
                                "' --threads 2");
  CAPTURE(said.err);
  CHECK(said.status == 0);
  const auto claims = read_file(folder / "o/claims.json");
  CHECK(claims.find("supported") != std::string::npos);
  CHECK(claims.find("on one graph") == std::string::npos);
  CHECK(said.out.find("(n = 6 runs)") != std::string::npos);
}

TEST_CASE("cli: repeats share a graph, paired arms their noise, and a quick run is smaller") {
  const auto folder = scratch("repeats");
  scenario(folder);
  std::ofstream(folder / "experiment.toml")
      << "format = 1\nbase = \"small.toml\"\n[quick]\n\"arm.nulls.replicates\" = 1\n\"run.duration_ms\" = 30.0\n"
         "[[arm]]\nname = \"nulls\"\nreplicates = 2\nrepeats = 2\npaired_streams = [\"noise\", \"initial\"]\n"
         "null_model = [{ plugin = \"core.weight_shuffle\" }]\nkeep = \"group_metrics\"\n"
         "[[arm]]\nname = \"others\"\nreplicates = 2\npaired_streams = [\"noise\", \"initial\", \"graph\"]\n";
  const auto file = "'" + (folder / "experiment.toml").string() + "'";
  const auto out = folder / "out";
  REQUIRE(run_program("run " + file + " -o '" + out.string() + "' --quiet").status == 0);
  const auto metrics = read_file(out / "metrics.csv");
  CHECK(metrics.starts_with("run,arm,replicate,repeat,metric,group,value,unit\n"));
  CHECK(metrics.find("1,nulls,0,1,variance,") != std::string::npos);
  const auto of_run = [&](int run, const char* field) {
    return nlohmann::json::parse(read_file(out / fmt::format("runs/{:05}/run.json", run)))[field];
  };
  CHECK(of_run(0, "graph_id") == of_run(1, "graph_id"));
  CHECK(of_run(0, "graph_id") != of_run(2, "graph_id"));
  CHECK(metrics.find("0,nulls,0,0,variance,region:") == std::string::npos);
  CHECK(metrics.find("4,others,0,0,variance,region:") != std::string::npos);
  const auto quick = folder / "quick";
  REQUIRE(run_program("run " + file + " -o '" + quick.string() + "' --quick --quiet").status == 0);
  CHECK(fs::exists(quick / "runs/00003"));
  CHECK_FALSE(fs::exists(quick / "runs/00004"));
  const auto refused = run_program("run " + scenario(folder) + " --quick -o '" + quick.string() + "'");
  CHECK(refused.status == 2);
  CHECK(refused.err.find("--quick is for experiments") != std::string::npos);
}

TEST_CASE("cli: the verdicts of experiments in one table, what they cost, and their figures") {
  const auto folder = scratch("claims");
  const auto file = experiment(folder);
  const auto out = folder / "verdicts";
  REQUIRE(run_program("run " + file + " -o '" + out.string() + "' --quiet").status == 0);
  const auto table = run_program("claims '" + folder.string() + "'");
  CHECK(table.status == 0);
  CHECK(table.out.find("verdicts") != std::string::npos);
  CHECK(table.out.find("variances differ more") != std::string::npos);
  CHECK(run_program("claims '" + folder.string() + "' --published").out.find("variances") == std::string::npos);
  CHECK(nlohmann::json::parse(run_program("claims '" + out.string() + "' --json").out)[0]["experiment"] == "verdicts");
  const auto none = run_program("claims '" + (out / "runs").string() + "'");
  CHECK(none.status == 5);
  CHECK(none.err.find("holds no claims.json") != std::string::npos);
  const auto cost = run_program("check " + file + " --cost --threads 2");
  CHECK(cost.status == 0);
  CHECK(cost.out.find("about ") != std::string::npos);
  CHECK(cost.out.find("on 2 threads") != std::string::npos);
  const auto figures = run_program("report '" + out.string() + "' --figures '" + (folder / "figures").string() + "'");
  CHECK(figures.status == 0);
  const auto svg = read_file(folder / "figures/nulls.svg");
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  // Without the program that draws PNG the figures are SVG, and it is said why.
  const bool has_png = figures.err.empty();
  CHECK(has_png == (figures.out.find("nulls.png") != std::string::npos));
  if (has_png) CHECK(read_file(folder / "figures/nulls.png").starts_with("\x89PNG"));
  const auto bare =
      run_program("report '" + out.string() + "' --figures '" + (folder / "bare").string() + "'", "PATH=/nowhere");
  CHECK(bare.status == 0);
  CHECK(bare.err.find("rsvg-convert is not installed, so the figures are SVG only") != std::string::npos);
  CHECK(bare.out.find(".png") == std::string::npos);
  const auto kept = folder / "kept";
  REQUIRE(run_program("report '" + out.string() + "' --summary '" + kept.string() + "'").status == 0);
  CHECK(read_file(kept / "means.csv").find("\nnulls,variance_cv,,19,") != std::string::npos);
  CHECK(read_file(kept / "claims.json").find("\"values\"") == std::string::npos);
  CHECK(read_file(kept / "provenance.json").find(folder.string()) == std::string::npos);
  CHECK(fs::exists(kept / "nulls.svg"));
}
