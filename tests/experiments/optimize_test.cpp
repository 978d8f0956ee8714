// [arm.optimize]: searches that find what is known, are killed, shared and gone on with; and what is said of them.
#include <zlib.h>

#include <nlohmann/json.hpp>
#include <set>

#include "ensemble.hpp"
#include "experiment/plan.hpp"
#include "experiment/search_record.hpp"
#include "host/plugin_registry.hpp"
#include "scenario/data_paths.hpp"
#include "scenario/scenario.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;
using nlohmann::json;

namespace {

struct Wanted {
  std::string metric = "abs(exc_rate_hz - 10) + abs(inh_rate_hz - 20)", more;
  int generations = 6;
  std::string parameters =
      "[[arm.optimize.parameter]]\nkey = \"encoder.0.params.rate_hz\"\nsigma = 200.0\nlow = 0.0\n"
      "[[arm.optimize.parameter]]\nkey = \"encoder.1.params.rate_hz\"\nsigma = 200.0\nlow = 0.0\n";
};

// The data of a report: base64 of zlib of a length and JSON.
json data_of_report(const std::string& page) {
  const size_t from = page.find('>', page.find("id=\"data\"")) + 1;
  const std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string packed, out(1 << 24, '\0');
  uint32_t bits = 0, n = 0;
  for (size_t k = from; page[k] != '<'; ++k) {
    const size_t digit = digits.find(page[k]);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<uint32_t>(digit), n += 6;
    if (n >= 8) packed += static_cast<char>(bits >> (n -= 8) & 255);
  }
  uLongf size = out.size();
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(packed.data()),
                     packed.size()) == Z_OK);
  uint32_t length = 0;
  std::memcpy(&length, out.data(), 4);
  return json::parse(out.substr(4, length));
}

// An arm as it is and one whose drive is looked for, on the network of the how-to.
fs::path experiment_file(const fs::path& folder, const Wanted& wanted = {}) {
  fs::copy_file(source_dir() / "docs/how-to/optimise/network.toml", folder / "network.toml",
                fs::copy_options::overwrite_existing);
  write(
      folder / "experiment.toml",
      fmt::format("format = 1\ntitle = \"search\"\nbase = \"network.toml\"\n[[arm]]\nname = \"as is\"\nreplicates = 2\n"
                  "keep = \"metrics\"\n[[arm]]\nname = \"tuned\"\nreplicates = 4\nkeep = "
                  "\"metrics\"\n[arm.optimize]\nmetric = \"{}\"\ngoal = \"minimize\"\ngenerations = {}\npopulation = "
                  "6\nreplicates = 2\n{}\n{}[[claim]]\nid = \"E\"\ntext = \"10 Hz\"\nmetric = \"exc_rate_hz\"\narm = "
                  "\"tuned\"\ntest = {{ equivalence = 2.0, against = 10.0 }}\n",
                  wanted.metric, wanted.generations, wanted.more, wanted.parameters));
  return folder / "experiment.toml";
}

void check_same_search(const fs::path& a, const fs::path& b) {
  check_same(a, b);
  for (const char* name : {"optimize/tuned.csv", "optimize/tuned.json"}) {
    INFO(name);
    CHECK(read_file(a / name).size() > 100);
    CHECK(read_file(a / name) == read_file(b / name));
  }
}

size_t count_generations(const fs::path& folder) {
  const auto record = read_search(search_file(folder, "tuned"));
  return record ? record->told.size() : 0;
}

Experiment planned(const fs::path& file) {
  static PluginRegistry registry({binary_dir() / "lib/encephagen/plugins"});
  static std::vector<PathResolver> paths;
  paths.push_back(make_path_resolver(file));
  Diagnostics d;
  auto out = plan_experiment(read_with_includes(file), file, {}, false, registry, paths.back(), d);
  d.throw_if_any();
  return out;
}

// A search for two numbers between -1 and 1 and a third that has no bounds.
Optimization three_numbers() {
  Optimization o;
  o.spec.maximizes = false;
  o.spec.generations = 60;
  o.parameters = {{{"a", 2, {}, 0.5, -1.0, 1.0, {}}, true, {0.0, 0.5}}, {{"b", {}, {}, 10, {}, {}, {}}, false, {100}}};
  o.population = 7;
  o.seed = 5;
  return o;
}

double distance(const std::vector<double>& v) {
  return std::pow(v[0] - 1, 2) + std::pow(v[1] + 0.3, 2) + std::pow((v[2] - 80) / 10, 2);
}

Search searched(const Optimization& o) {
  Search out(o);
  while (out.why_over().empty()) {
    GenerationValues values;
    for (const auto& v : out.candidates()) values.metric.push_back(distance(v));
    out.tell(values);
  }
  return out;
}

}  // namespace

TEST_CASE("optimize: values beyond a bound are mirrored at it, as often as it takes") {
  CHECK(reflected(0.4, -1.0, 1.0) == 0.4);
  CHECK(reflected(1.25, -1.0, 1.0) == 0.75);
  CHECK(reflected(-1.25, -1.0, 1.0) == -0.75);
  CHECK(reflected(3.25, -1.0, 1.0) == doctest::Approx(-0.75));
  CHECK(reflected(-5.5, -1.0, 1.0) == doctest::Approx(-0.5).epsilon(1e-12));
  CHECK(reflected(-3.0, 0.0, {}) == 3.0);
  CHECK(reflected(3.0, {}, 2.0) == 1.0);
  CHECK(reflected(3.0, {}, {}) == 3.0);
}

TEST_CASE("optimize: a search finds a minimum that lies at a bound, each number in its own units") {
  const auto o = three_numbers();
  CHECK(o.names() == std::vector<std::string>{"a[0]", "a[1]", "b"});
  const Search s = searched(o);
  for (const auto& row : s.rows())
    for (size_t i = 0; i < 2; ++i) CHECK(std::abs(row.centre[i]) <= 1);
  const auto found = s.chosen();
  CHECK(found[0] > 0.999);
  CHECK(found[1] == doctest::Approx(-0.3).epsilon(0.01));
  CHECK(found[2] == doctest::Approx(80).epsilon(0.01));
  CHECK(s.rows().size() == 60);
  CHECK(s.why_over() == "generations");
}

TEST_CASE("optimize: a search stops at a value that is good enough, and when it has narrowed to nothing") {
  auto o = three_numbers();
  o.spec.stop_at = 0.01;
  const Search early = searched(o);
  CHECK(early.why_over() == "stop_at");
  CHECK(early.rows().back().best <= 0.01);
  CHECK(early.rows()[early.rows().size() - 2].best > 0.01);
  o.spec.stop_at.reset();
  o.spec.generations = 100000;
  CHECK(searched(o).why_over() == "converged");
  CHECK(searched(o).rows().size() < 1000);
}

TEST_CASE("optimize: maximizing finds what minimizing the negative finds; `best` is the best of all candidates") {
  auto o = three_numbers();
  o.spec.uses_best = true;
  Search low(o), best(o);
  o.spec.maximizes = true;
  Search high(o);
  double lowest = HUGE_VAL;
  std::vector<double> winner;
  for (int g = 0; g < 10; ++g) {
    GenerationValues down, up;
    for (const auto& v : low.candidates()) {
      down.metric.push_back(distance(v)), up.metric.push_back(-distance(v));
      if (distance(v) < lowest) lowest = distance(v), winner = v;
    }
    low.tell(down), high.tell(up);
  }
  CHECK(low.chosen() == winner);
  CHECK(high.chosen() == winner);
  CHECK(low.best_ever()->first == lowest);
  CHECK(high.rows().back().best == -low.rows().back().best);
}

TEST_CASE("optimize: the candidates of a generation share their seeds; each generation, and the arm, has others") {
  const auto folder = scratch("optimize_seeds");
  const auto e = planned(experiment_file(folder));
  REQUIRE(e.optimizations.size() == 1);
  const auto& o = e.optimizations[0];
  CHECK(o.runs == std::vector<size_t>{2, 3, 4, 5});
  CHECK(o.initial() == std::vector<double>{1000, 1000});  // what the scenario has there
  std::set<uint64_t> noise;
  size_t n = 0;
  const auto add = [&](const StreamSeeds& s) {
    for (const uint64_t v : {s.graph, s.wiring, s.noise, s.initial}) noise.insert(v), ++n;
  };
  for (const auto& run : e.runs) add(run.scenario.seeds);
  for (size_t g = 0; g < 20; ++g)
    for (size_t r = 0; r < 3; ++r) add(o.training_seeds(g, r));
  CHECK(noise.size() == n);
  const auto s = o.training_seeds(4, 1);
  const std::vector<double> values = {1234.5, 77.0};
  const auto scenario = o.scenario(values, s);
  CHECK(scenario.seeds.noise == s.noise);
  Node tree = scenario.resolved;
  CHECK(find_path(tree, "encoder.0.params.rate_hz")->number == 1234.5);
  CHECK(find_path(tree, "encoder.1.params.rate_hz")->number == 77.0);
}

TEST_CASE("optimize: seeds that the arm shares are those of its search; all shared is warned of") {
  const auto folder = scratch("optimize_shared");
  auto file = experiment_file(folder);
  const auto with = [&](const std::string& streams) {
    auto text = read_file(file);
    const auto at = text.find("replicates = 4\n");
    write(folder / "shared.toml", text.insert(at, "shared_streams = " + streams + "\n"));
    return planned(folder / "shared.toml");
  };
  const auto some = with("[\"wiring\"]");
  const auto trained = some.optimizations[0].training_seeds(3, 1);
  CHECK(trained.wiring == some.runs[2].scenario.seeds.wiring);
  CHECK(trained.noise != some.runs[2].scenario.seeds.noise);
  CHECK(some.warnings.empty());
  const auto all = with("[\"graph\", \"wiring\", \"noise\", \"initial\"]");
  REQUIRE(all.warnings.size() == 1);
  CHECK(has(all.warnings[0],
            "shared.toml:13:1: arm 'tuned' has the seeds of all its streams given or shared: the "
            "search sees the very runs that the arm is judged by"));
}

TEST_CASE("optimize: each point of a sweep has a search of its own") {
  const auto folder = scratch("optimize_sweep");
  Wanted wanted;
  wanted.generations = 2;
  const auto file = experiment_file(folder, wanted);
  const auto text = read_file(file);
  write(file, text.substr(0, text.find("[[claim]]")) + "[sweep]\n\"region.population.inh.n\" = [10, 20]\n");
  const auto e = planned(file);
  REQUIRE(e.optimizations.size() == 2);
  CHECK(e.optimizations[0].name == "tuned-1");
  CHECK(e.optimizations[1].name == "tuned-2");
  CHECK(e.optimizations[1].runs == std::vector<size_t>{8, 9, 10, 11});
  REQUIRE(run(file, folder / "out").status == 0);
  const auto found = json::parse(read_file(folder / "out/claims.json"))["optimizations"];
  CHECK(found[0]["sweep"]["region.population.inh.n"] == "10");
  CHECK(found[0]["values"] != found[1]["values"]);
}

TEST_CASE("optimize: what is found does what it is for, on other seeds, and is told wherever results are") {
  const auto folder = scratch("optimize_found");
  Wanted wanted;
  wanted.generations = 20;
  const auto file = experiment_file(folder, wanted), out = folder / "out";
  const auto said = run(file, out);
  CHECK(said.status == 0);
  CHECK(has(said.err, "\noptimized\narm 'tuned', optimize/tuned.csv\n  encoder.0.params.rate_hz = 1"));
  const auto claims = json::parse(read_file(out / "claims.json"));
  CHECK(claims["claims"][0]["verdict"] == "supported");
  const auto& found = claims["optimizations"][0];
  CHECK(found["arm"] == "tuned");
  CHECK(found["generations"] == 20);
  CHECK(found["why_over"] == "generations");
  const double drive = found["values"]["encoder.0.params.rate_hz"];
  CHECK(drive > 1150);
  CHECK(drive < 1500);
  const auto shown = data_of_report(read_file(out / "report.html"))["optimizations"];
  REQUIRE(shown.size() == 1);
  CHECK(shown[0]["arm"] == "tuned");
  CHECK(shown[0]["best"].size() == 20);
  CHECK(has(status_of(out), "search  generations  done"));
  CHECK(has(status_of(out), "tuned            20    20"));
  const auto status = json::parse(status_of(out, "--json"));
  CHECK(status["searches"][0]["over"] == "generations");
  CHECK(status["concluded"] == true);
  // The table.
  const auto table = read_file(out / "optimize/tuned.csv");
  CHECK(
      table.starts_with("generation,runs,best,mean,failed,sigma,axis_ratio,encoder.0.params.rate_hz,"
                        "encoder.1.params.rate_hz\n1,12,"));
  CHECK(std::ranges::count(table, '\n') == 21);
  // Also where only what is worth keeping is.
  CHECK(run_program("report " + quoted(out) + " --summary " + quoted(folder / "kept")).status == 0);
  CHECK(json::parse(read_file(folder / "kept/claims.json"))["optimizations"][0]["arm"] == "tuned");
}

TEST_CASE("optimize: killed again and again and resumed, on one thread or two, to the bytes of one that ran through") {
  const auto folder = scratch("optimize_killed");
  Wanted wanted;
  wanted.generations = 9;
  const auto file = experiment_file(folder, wanted), killed = folder / "killed";
  REQUIRE(run(file, folder / "whole").status == 0);
  for (int k = 0; k < 4; ++k) {
    INFO(k);
    const size_t before = count_generations(killed);
    ChildProcess child(run_command(file, killed, k == 0 ? "" : "--resume"), folder / "said");
    CHECK(wait_until([&] { return count_generations(killed) >= before + 1; }));
    child.kill(SIGKILL);
    CHECK(child.wait() == 128 + SIGKILL);
  }
  CHECK(count_generations(killed) >= 4);
  CHECK(count_generations(killed) < 9);
  const auto status = status_of(killed);
  CHECK(has(status, "nothing is at work; to complete it: "));
  CHECK(has(status, "tuned             9     " + std::to_string(count_generations(killed))));
  REQUIRE(run(file, killed, "--resume").status == 0);
  check_same_search(folder / "whole", killed);
  CHECK(read_file(killed / "optimize/tuned.csv").find(".tmp") == std::string::npos);
  for (const auto& entry : fs::directory_iterator(killed / "optimize")) CHECK(entry.path().extension() != ".tmp");

  ChildProcess two(
      fmt::format("env HOME=/nowhere {} run {} -o {} --threads 2", program(), quoted(file), quoted(folder / "two")),
      folder / "said");
  CHECK(two.wait() == 0);
  check_same_search(folder / "whole", folder / "two");

  // A signal that can be heard: the generation in flight is given up, and the way on is told.
  fs::remove_all(folder / "heard");
  {
    ChildProcess child(run_command(file, folder / "heard"), folder / "said");
    CHECK(wait_until([&] { return count_generations(folder / "heard") >= 2; }));
    child.kill(SIGTERM);
    CHECK(child.wait() == 143);
    CHECK(has(child.said(), "warning: the search for arm 'tuned' was stopped; "));
    CHECK(has(child.said(), "stopped by a signal; to go on: encephagen run "));
  }
  REQUIRE(run(file, folder / "heard", "--resume").status == 0);
  check_same_search(folder / "whole", folder / "heard");

  // The broken case: a value that was changed leads elsewhere, so the comparison above can fail.
  auto state = json::parse(read_file(killed / "optimize/tuned.json"));
  for (auto& v : state["generations"][0]["values"]) v = -v.get<double>();
  write(killed / "optimize/tuned.json", state.dump());
  REQUIRE(run(file, killed, "--resume").status == 0);
  CHECK(read_file(killed / "optimize/tuned.csv") != read_file(folder / "whole/optimize/tuned.csv"));
  CHECK(read_file(killed / "metrics.csv") != read_file(folder / "whole/metrics.csv"));
  // One that cannot be read is begun anew.
  fs::resize_file(killed / "optimize/tuned.json", 100);
  REQUIRE(run(file, killed, "--resume").status == 0);
  check_same_search(folder / "whole", killed);
}

TEST_CASE("optimize: more generations go on where fewer ended; another scenario begins anew") {
  const auto folder = scratch("optimize_more");
  Wanted three, five;
  three.generations = 3, five.generations = 5;
  const auto out = folder / "out";
  REQUIRE(run(experiment_file(folder, three), out).status == 0);
  const auto first = read_file(out / "optimize/tuned.csv");
  const auto file = experiment_file(folder, five);
  REQUIRE(run(file, out, "--resume").status == 0);
  REQUIRE(run(file, folder / "whole").status == 0);
  check_same_search(folder / "whole", out);
  CHECK(read_file(out / "optimize/tuned.csv").starts_with(first));
  // Back to three: the first three of five.
  REQUIRE(run(experiment_file(folder, three), out, "--resume").status == 0);
  CHECK(read_file(out / "optimize/tuned.csv") == first);
  // Another network: nothing of the old search is taken for its own.
  REQUIRE(run(file, out, "--resume --set region.population.exc.n=60").status == 0);
  REQUIRE(run(file, folder / "other", "--set region.population.exc.n=60").status == 0);
  check_same_search(folder / "other", out);
}

TEST_CASE("optimize: shards refuse until the search is over, then give the bytes of the whole") {
  const auto folder = scratch("optimize_shards");
  const auto file = experiment_file(folder), parts = folder / "parts";
  REQUIRE(run(file, folder / "whole").status == 0);
  auto said = run(file, parts, "--shard 1/2");
  CHECK(said.status == 2);
  CHECK(
      has(said.err, fmt::format("error: arm 'tuned' is optimized before its runs, and shards cannot share that; first "
                                "run\n  encephagen run {} -o {} --optimize-only\n  and then the shards (the ranks of "
                                "mpirun do share it)\n",
                                file.string(), parts.string())));
  said = run(file, parts, "--sbatch 2");
  CHECK(said.status == 2);
  CHECK(has(said.err, "error: arm 'tuned' is optimized before its runs, and shards cannot share that; first run\n"));
  said = run(file, parts, "--optimize-only");
  CHECK(said.status == 0);
  CHECK(has(said.err, "arm 'tuned', optimize/tuned.csv\n  encoder.0.params.rate_hz = "));
  CHECK(count_runs(parts) == 0);
  CHECK(run(file, parts, "--shard 1/2").status == 0);
  CHECK(run(file, parts, "--shard 2/2").status == 0);
  check_same_search(folder / "whole", parts);
  CHECK(run(file, parts, "--resume --sbatch 2").status == 0);
  // Where there is nothing to look for.
  said = run(experiment(folder, 12), folder / "none", "--optimize-only");
  CHECK(said.status == 2);
  CHECK(has(said.err, "error: --optimize-only: no arm of this experiment has [arm.optimize]\n"));
  said = run(folder / "small.toml", folder / "none", "--optimize-only");
  CHECK(said.status == 2);
  CHECK(has(said.err, "error: --optimize-only is for experiments\n"));
}

TEST_CASE("optimize: a metric that runs lack, candidates that fail, and all of them failing") {
  const auto folder = scratch("optimize_failing");
  Wanted wanted;
  wanted.metric = "exc_rate_hs";
  auto said = run(experiment_file(folder, wanted), folder / "a");
  CHECK(said.status == 3);
  CHECK(has(said.err,
            "experiment.toml:13:10: optimize: metric 'exc_rate_hs', column 1: there is no metric "
            "'exc_rate_hs'; did you mean 'exc_rate_hz'?"));

  // A rate below 0 is not a valid scenario; without bounds some candidates have one.
  wanted = {};
  wanted.parameters =
      "[[arm.optimize.parameter]]\nkey = \"encoder.0.params.rate_hz\"\ninitial = 100.0\nsigma = 300.0\n";
  wanted.generations = 2;
  said = run(experiment_file(folder, wanted), folder / "b");
  CHECK(said.status == 0);
  CHECK(has(said.err, " of 12 candidates have no value and ranked last; the first because: "));
  CHECK(has(said.err, "'rate_hz' = -"));
  const auto record = read_search(search_file(folder / "b", "tuned"));
  REQUIRE(record);
  CHECK(std::ranges::any_of(record->told[0].metric, [](double v) { return std::isnan(v); }));
  CHECK_FALSE(record->told[0].failure.empty());

  wanted = {};
  wanted.metric = "log(0 - exc_rate_hz)";
  said = run(experiment_file(folder, wanted), folder / "c");
  CHECK(said.status == 1);
  CHECK(has(said.err,
            "error: arm 'tuned' cannot be optimized: no candidate of generation 1 has a value: a run could "
            "not determine 'log(0 - exc_rate_hz)'"));
  CHECK_FALSE(fs::exists(folder / "c/optimize/tuned.json"));
}

TEST_CASE("optimize: check and its costs count the runs of a search") {
  const auto folder = scratch("optimize_cost");
  const auto file = experiment_file(folder);
  const auto said = run_program("check " + quoted(file) + " --cost --threads 2");
  CHECK(said.status == 0);
  CHECK(has(said.out,
            "ok: experiment with 2 arms and 6 runs, 3.6 s of simulated time\n  arm 'tuned' is optimized first: 2 "
            "numbers in at most 6 generations of 6 x 2 runs, 72 runs, 43.2 s of simulated time\n"));
  CHECK(has(said.out, "tuned, optimization    72"));
}

TEST_CASE("optimize: a state that cannot be written ends it in words, and it goes on from what is kept") {
  const auto folder = scratch("optimize_disk");
  const auto file = experiment_file(folder), out = folder / "out";
  fs::create_directories(out);
  write(out / "optimize", "a file where the folder should be");
  const auto said = run(file, out, "--resume");
  CHECK(said.status == 1);
  CHECK(has(said.err,
            fmt::format("\n  a generation is lost; 0 of the search for arm 'tuned' are kept in {}; when there is "
                        "room again, go on with: encephagen run ",
                        out.string())));
  fs::remove(out / "optimize");
  CHECK(run(file, out, "--resume").status == 0);
  CHECK(count_generations(out) == 6);
}

TEST_CASE("optimize: a search begins where --set says, and --quick makes it small") {
  const auto folder = scratch("optimize_begin");
  const auto file = experiment_file(folder);
  write(file, read_file(file) + "[quick]\n\"arm.tuned.optimize.generations\" = 1\n");
  REQUIRE(run(file, folder / "a", "--quick").status == 0);
  REQUIRE(run(file, folder / "b", "--quick --set encoder.0.params.rate_hz=5000").status == 0);
  const auto drive = [&](const char* name) {
    const auto record = read_search(search_file(folder / name, "tuned"));
    return record && record->told.size() == 1 && record->chosen ? record->chosen->at(0) : 0.0;
  };
  CHECK(drive("a") > 500);
  CHECK(drive("a") < 1700);
  CHECK(drive("b") > 4300);
}
