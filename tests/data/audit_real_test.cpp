// The audit on published connectomes, read through the plugins: known defects are found, sound data pass.
#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/failure.hpp"
#include "scenario/audit_command.hpp"
#include "support.hpp"
#include "synthetic_brain.hpp"
#include "temporary_folder.hpp"

using namespace encephagen;
namespace fs = std::filesystem;

namespace {

const fs::path plugins = fs::path(std::getenv("ENCEPHAGEN_BINARY_DIR") ? std::getenv("ENCEPHAGEN_BINARY_DIR") : ".") /
                         "lib/encephagen/plugins";
const fs::path data = testing::shared_dir() / "data";

PluginRegistry& registry() {
  static PluginRegistry r({plugins}, true);
  return r;
}

bool have_plugins() {
  for (const char* name : {"core.tvb", "core.matrix"})
    if (!registry().find("connectome", name)) {
      MESSAGE("skipped: connectome '", name, "' is not in ", plugins.string());
      return false;
    }
  return true;
}

bool have_data() {
  if (fs::exists(data / "manifest.toml")) return have_plugins();
  MESSAGE("skipped: ", data.string(), " is not here");
  return false;
}

const Datasets& datasets() {
  static const Datasets d(DataSearch{{testing::source_dir() / "configs/datasets.toml"}, {data}, {}});
  return d;
}

struct Answer {
  int status;
  nlohmann::json json;
  nlohmann::json finding(const std::string& check) const {
    for (const auto& f : json["findings"])
      if (f["check"] == check) return f;
    return {{"severity", "absent"}, {"text", ""}, {"evidence", nlohmann::json::object()}};
  }
  double evidence(const std::string& check, const std::string& name) const {
    return finding(check)["evidence"].at(name).get<double>();
  }
};

Answer run(AuditOptions options) {
  options.json = true;
  std::ostringstream out;
  const int status = run_audit(options, registry(), datasets(), out);
  return {status, nlohmann::json::parse(out.str())};
}

Answer run(const std::string& target) { return run(AuditOptions{.target = target}); }

bool contains(const nlohmann::json& text, const std::string& part) {
  return text.get<std::string>().find(part) != std::string::npos;
}

// A connectome as text files; returns the weights.
fs::path write_matrices(const testing::TemporaryFolder& folder, const eg::Connectome& c) {
  std::ostringstream weights, labels, centres;
  weights.precision(17), centres.precision(17);
  for (size_t i = 0; i < c.size(); ++i) {
    labels << c.labels[i] << "\n";
    centres << c.labels[i];
    for (size_t k = 0; k < 3; ++k) centres << " " << c.centres_mm[3 * i + k];
    centres << "\n";
    for (size_t j = 0; j < c.size(); ++j) weights << (j ? "," : "") << c.weight(i, j);
    weights << "\n";
  }
  folder.write("labels.txt", labels.str());
  folder.write("centres.txt", centres.str());
  return folder.write("matrix.csv", weights.str());
}

}  // namespace

TEST_CASE("audit: tvb96 as published has scrambled labels, and its rows are sources") {
  if (!have_data()) return;
  const auto a = run("tvb96");
  CHECK(a.status == 5);
  CHECK(a.json["reference"] == "tvb76");
  CHECK(a.json["read_as"] == "sources");
  CHECK(a.finding("label-order")["severity"] == "error");
  CHECK(contains(a.finding("label-order")["text"], "labels scrambled: rows look like alphabetical order of the names"));
  // The figures of the data's own description: 0.04 and 0.58 (there Pearson), -0.02 and -0.31.
  const std::string reference = "weights against those of tvb76, right hemisphere",
                    distance = "weights against distance, right hemisphere";
  CHECK_CLOSE(a.evidence("label-order", reference), 0.05, 0, 0.03);
  CHECK_CLOSE(a.evidence("label-order", reference + ", alphabetical rows"), 0.58, 0, 0.03);
  CHECK_CLOSE(a.evidence("label-order", distance), -0.02, 0, 0.01);
  CHECK_CLOSE(a.evidence("label-order", distance + ", alphabetical rows"), -0.31, 0, 0.01);
  CHECK(a.finding("weight-distance")["severity"] == "warning");
  CHECK(a.finding("orientation")["severity"] == "ok");
  CHECK(contains(a.finding("orientation")["text"], "the manifest says rows are sources, and the evidence agrees"));
  CHECK(a.evidence("orientation", "cortex to striatum, forward only") == 146);
  CHECK(a.evidence("orientation", "cortex to striatum, backward only") == 0);
  CHECK(a.finding("lengths-euclidean")["severity"] == "warning");
  CHECK(a.evidence("self-loops", "self-loops") == 79);
  CHECK(contains(a.finding("weight-scale")["text"], "weights are classes"));
}

TEST_CASE("audit: tvb96 read with rows = targets runs backwards") {
  if (!have_data()) return;
  AuditOptions options{.target = "tvb96"};
  options.load.rows = MatrixRows::targets;
  const auto a = run(options);
  CHECK(a.status == 5);
  CHECK(a.finding("orientation")["severity"] == "error");
  CHECK(contains(a.finding("orientation")["text"], "orientation reversed: read as rows = targets"));
  CHECK(contains(a.finding("orientation")["action"], "rows = \"sources\""));
  CHECK(a.finding("label-order")["severity"] == "error");
}

TEST_CASE("audit: tvb96 is found out without a second dataset") {
  if (!have_data()) return;
  AuditOptions options{.target = "tvb96"};
  options.reference = "none";
  const auto a = run(options);
  CHECK(a.json["reference"].is_null());
  CHECK(a.finding("label-order")["severity"] == "error");
  CHECK(contains(a.finding("label-order")["text"], "alphabetical order"));
}

TEST_CASE("audit: the realigned tvb96 has neither scrambled labels nor a wrong orientation") {
  if (!have_data()) return;
  const auto a = run("tvb96_realigned");
  CHECK(a.status == 0);
  CHECK(a.json["reference"] == "tvb76");
  CHECK(a.finding("label-order")["severity"] == "ok");
  CHECK(a.finding("orientation")["severity"] == "ok");
  CHECK(a.finding("weight-distance")["severity"] == "ok");
  CHECK_CLOSE(a.evidence("weight-distance", "weights against distance, right hemisphere"), -0.31, 0, 0.01);
  AuditOptions wrong{.target = "tvb96_realigned"};
  wrong.load.rows = MatrixRows::sources;
  CHECK(run(wrong).finding("orientation")["severity"] == "error");
}

TEST_CASE("audit: tvb80 shares the defect, and tvb76 does not") {
  if (!have_data()) return;
  CHECK(run("tvb80").finding("label-order")["severity"] == "error");
  const auto a = run("tvb76");
  CHECK(a.status == 0);
  CHECK(a.finding("label-order")["severity"] == "ok");
  CHECK(a.finding("orientation")["severity"] == "ok");
  CHECK(contains(a.finding("isolated-regions")["text"], "rCC, lCC"));
  CHECK(contains(a.finding("hemispheres-alike")["text"], "an exact copy"));
}

TEST_CASE("audit: tvb192 has shared centres and its hemispheres exchanged against tvb76") {
  if (!have_data()) return;
  AuditOptions options{.target = "tvb192"};
  options.reference = "tvb76";
  const auto a = run(options);
  CHECK(a.finding("coordinates-duplicate")["severity"] == "warning");
  CHECK(a.evidence("coordinates-duplicate", "regions that share a centre") == 116);
  CHECK(contains(a.finding("coordinates-reference")["text"], "left and right coordinates are exchanged"));
  CHECK(a.finding("lengths-missing")["severity"] == "warning");
}

TEST_CASE("audit: human connectomes pass without errors, logarithms are noted") {
  if (!have_data()) return;
  for (const char* id :
       {"tvb66", "tvb68", "aal2_94", "aal2_94_gw", "desikan68_enigma", "desikan82_enigma", "desikan87_dtor",
        "desikan84_vbi", "desikan68_kong", "schaefer100_enigma", "schaefer100_cubnm"}) {
    const auto a = run(id);
    CAPTURE(id);
    CAPTURE(a.json.dump(1));
    CHECK(a.status == 0);
    CHECK(a.finding("label-order")["severity"] == "ok");
  }
  CHECK(contains(run("desikan68_enigma").finding("weight-scale")["text"], "weights span little"));
  CHECK(run("schaefer100_enigma").finding("negative-weights")["severity"] == "warning");
  CHECK(run("aal2_94").finding("weight-scale")["severity"] == "ok");
}

TEST_CASE("audit: rows of another labels file do not fit the matrix") {
  if (!have_data()) return;
  // centers.txt of this dataset names the same regions in another order than the matrix.
  AuditOptions options{.target = "desikan84_vbi"};
  options.load.params = {{"labels_file", (data / "vbi_dk84/centers.txt").string()}};
  const auto a = run(options);
  CHECK(a.status == 5);
  CHECK(a.finding("label-order")["severity"] == "error");
}

TEST_CASE("audit: a file of one's own is read with the parameters given, and rows are taken for targets") {
  if (!have_plugins()) return;
  const testing::TemporaryFolder folder;
  const Datasets none(DataSearch{{}, {}, folder.path() / "user"});
  const auto c = testing::brain({.is_directed = true, .has_basal_ganglia = true});
  AuditOptions options{.target = write_matrices(folder, c).string()};
  options.load.params = {{"labels_file", (folder.path() / "labels.txt").string()},
                         {"centres_file", (folder.path() / "centres.txt").string()}};
  std::ostringstream out;
  CHECK(run_audit(options, registry(), none, out) == 0);
  CHECK(out.str().starts_with(
      options.target + ": 68 regions, read with rows = targets (assumed; --rows sources reads it the other way)\n"));
  CHECK(out.str().find("compared with: no other dataset") != std::string::npos);
  CHECK(out.str().find("0 errors, 0 warnings") != std::string::npos);
  options.load.rows = MatrixRows::sources;
  std::ostringstream reversed;
  CHECK(run_audit(options, registry(), none, reversed) == 5);
  // The most severe comes first.
  CHECK(reversed.str().find("\n\nerror    orientation") != std::string::npos);
}

TEST_CASE("audit: what cannot be read is refused with its reason") {
  if (!have_plugins()) return;
  const testing::TemporaryFolder folder;
  const Datasets none(DataSearch{{}, {}, folder.path() / "user"});
  const auto refusal = [&](AuditOptions options) -> std::pair<Exit, std::string> {
    std::ostringstream out;
    try {
      run_audit(options, registry(), none, out);
    } catch (const Failure& f) {
      return {f.status(), f.what()};
    }
    return {Exit::success, ""};
  };
  CHECK(refusal({.target = "nothing"}).first == Exit::data_unusable);
  CHECK(
      refusal({.target = "nothing"}).second.starts_with("there is no file 'nothing', and no dataset named 'nothing'"));
  const auto broken = folder.write("broken.csv", "1,2\n3\n").string();
  CHECK(refusal({.target = broken}).first == Exit::data_unusable);
  CHECK(refusal({.target = broken}).second.starts_with(broken + ": connectome 'core.matrix': "));
  AuditOptions misspelt{.target = broken};
  misspelt.load.params = {{"label_file", "x"}};
  CHECK(refusal(misspelt).second ==
        "--set: 'label_file' is not a parameter of connectome 'core.matrix'; did you mean 'labels_file'?");
  CHECK(refusal(misspelt).first == Exit::usage);
}
