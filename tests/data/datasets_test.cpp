// Datasets: search, verification, download, and what the commands print.
#include "scenario/datasets.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/failure.hpp"
#include "host/sha256.hpp"
#include "scenario/data_commands.hpp"
#include "support.hpp"
#include "temporary_folder.hpp"

using namespace encephagen;
namespace fs = std::filesystem;

namespace {

// Sets an environment variable for as long as it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

// A manifest of three files: 'a' and 'b' published (as files below `origin`), 'c' not; datasets 'pair' and 'ours'.
struct World {
  testing::TemporaryFolder root;
  fs::path manifest, data = root.path() / "data", user = root.path() / "user", origin = root.path() / "origin";

  World() {
    root.write("origin/a.txt", "alpha");
    root.write("origin/b.txt", "beta");
    fs::create_directories(data);
    manifest =
        root.write("datasets.toml",
                   "schema = 1\n[[source]]\nid = \"s\"\nlicence = \"CC0\"\nrepository = \"https://example.org/s\"\n" +
                       file("a", "alpha", true) + file("b", "beta", true) + file("c", "gamma", false) +
                       "[[dataset]]\nid = \"pair\"\ntitle = \"two files\"\nparts = { weights = \"file_a\", lengths = "
                       "\"file_b\" }\n"
                       "[[dataset]]\nid = \"ours\"\nparts = { weights = \"file_c\" }\n");
  }
  std::string file(const std::string& name, const std::string& content, bool published) const {
    return "[[file]]\nid = \"file_" + name + "\"\nfile = \"sub/" + name + ".txt\"\nsha256 = \"" +
           sha256_of_bytes(content) + "\"\nbytes = " + std::to_string(content.size()) +
           "\nsource = \"s\"\nregions = 5\ncaveats = [\"mind " + name + "\"]\n" +
           (published ? "url = \"file://" + (origin / (name + ".txt")).string() + "\"\n" : "");
  }
  Datasets datasets() const { return Datasets(DataSearch{{manifest}, {data}, user}); }
};

template <class F>
std::string failure(F&& f) {
  try {
    f();
  } catch (const Failure& e) {
    CHECK(e.status() == Exit::data_unusable);
    return e.what();
  }
  return "no failure";
}

bool have_curl() { return std::system("curl --version > /dev/null 2>&1") == 0; }

}  // namespace

TEST_CASE("datasets: an id is that of a dataset, of one of its parts, or of a file") {
  const World w;
  w.root.write("data/sub/a.txt", "alpha");
  w.root.write("data/sub/b.txt", "beta");
  const auto d = w.datasets();
  CHECK(d.resolve("pair").path == w.data / "sub/a.txt");
  CHECK(d.resolve("pair.lengths").path == w.data / "sub/b.txt");
  CHECK(d.resolve("file_b").path == w.data / "sub/b.txt");
  CHECK(d.resolve("pair").sha256 == sha256_of_bytes("alpha"));
  CHECK(d.resolve("pair").caveats == std::vector<std::string>{"mind a"});
  CHECK(d.resolve("pair").entry->regions == 5);
  CHECK(d.source(*d.entry("pair")).repository == "https://example.org/s");
  CHECK(d.entry_of_path(w.data / "sub/../sub/b.txt") == d.entry("file_b"));
  CHECK(d.entry_of_path(w.manifest) == nullptr);
}

TEST_CASE("datasets: an unknown id names the nearest one and the manifests") {
  const World w;
  const auto d = w.datasets();
  CHECK(failure([&] { d.resolve("piar"); }) == "no dataset named 'piar'; did you mean 'pair'?\n  known from:\n    " +
                                                   w.manifest.string() +
                                                   "\n  next step: `encephagen data list` shows all ids");
  CHECK(failure([&] { d.resolve("file_x"); }).starts_with("no dataset named 'file_x'; did you mean 'file_a'?"));
  CHECK(failure([&] { d.resolve("pair.fc"); }) == "dataset 'pair' has no part 'fc'; it has weights, lengths");
}

TEST_CASE("datasets: a missing file lists where it was looked for and the next step") {
  const World w;
  const auto d = w.datasets();
  const std::string searched =
      "\n  searched:\n    " + (w.data / "sub/a.txt").string() + "\n    " + (w.user / "sub/a.txt").string();
  CHECK(failure([&] { d.resolve("pair"); }) == "dataset 'pair': file 'sub/a.txt' was not found" + searched +
                                                   "\n  next step: run `encephagen data fetch pair` (5 bytes, CC0), or "
                                                   "set ENCEPHAGEN_DATA to the folder that holds 'sub/a.txt'");
  CHECK(failure([&] { d.resolve("ours"); })
            .ends_with("next step: set ENCEPHAGEN_DATA to the folder that holds 'sub/c.txt'; the file was made by this "
                       "project and is not published elsewhere"));
}

TEST_CASE("datasets: other bytes than the published ones are refused") {
  const World w;
  const auto path = w.root.write("data/sub/a.txt", "alphA");
  const auto d = w.datasets();
  CHECK(failure([&] { d.resolve("pair"); }) == "dataset 'pair': " + path.string() + " is not the file that " +
                                                   w.manifest.string() + ":7:1 names: it has SHA-256 " +
                                                   sha256_of_bytes("alphA") + ", not " + sha256_of_bytes("alpha") +
                                                   "\n  next step: remove it and run `encephagen data fetch pair`");
  w.root.write("data/sub/b.txt", "too long");
  CHECK(failure([&] { d.resolve("pair.lengths"); }).find("it has 8 bytes, not 4") != std::string::npos);
}

TEST_CASE("datasets: a file that changes after it was verified is verified again") {
  const World w;
  const auto path = w.root.write("data/sub/a.txt", "alpha");
  const auto d = w.datasets();
  CHECK(d.resolve("pair").path == path);
  w.root.write("data/sub/a.txt", "alphA");
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(2));
  CHECK(failure([&] { d.resolve("pair"); }).find("has SHA-256") != std::string::npos);
}

TEST_CASE("datasets: folders are searched in order, and their own manifests add ids") {
  const World w;
  w.root.write("data/sub/a.txt", "alpha");
  w.root.write("more/sub/a.txt", "alpha");
  w.root.write("more/sub/d.txt", "delta");
  w.root.write("more/manifest.toml", "schema = 1\n[[source]]\nid = \"s\"\n" + w.file("d", "delta", false));
  const Datasets d(DataSearch{{w.manifest}, {w.root.path() / "nowhere", w.root.path() / "more", w.data}, w.user});
  CHECK(d.resolve("pair").path == w.root.path() / "more/sub/a.txt");
  CHECK(d.resolve("file_d").path == w.root.path() / "more/sub/d.txt");
}

TEST_CASE("datasets: the default search follows ENCEPHAGEN_DATA, the folders above the scenario and XDG_DATA_HOME") {
  const testing::TemporaryFolder root;
  const auto scenario = root.write("project/experiments/one/scenario.toml", "");
  const Environment data("ENCEPHAGEN_DATA", "/first::/second"), user("XDG_DATA_HOME", "/home/me/data");
  const auto search = default_data_search(scenario);
  const auto place = [&](const fs::path& folder) {
    return std::ranges::find(search.folders, folder.lexically_normal()) - search.folders.begin();
  };
  CHECK(place("/first") == 0);
  CHECK(place("/second") == 1);
  CHECK(place(fs::current_path() / "../shared/data") == 2);
  CHECK(place(root.path() / "project/experiments/shared/data") < place(root.path() / "project/shared/data"));
  CHECK(place(root.path() / "project/shared/data") < place(root.path() / "shared/data"));
  CHECK(place(root.path() / "shared/data") < static_cast<std::ptrdiff_t>(search.folders.size()));
  CHECK(search.user_folder == "/home/me/data/encephagen/data");
  REQUIRE(search.manifests.size() == 1);
  CHECK(search.manifests[0].filename() == "datasets.toml");
  const Environment no_xdg("XDG_DATA_HOME", ""), home("HOME", "/home/me");
  CHECK(default_data_search().user_folder == "/home/me/.local/share/encephagen/data");
}

TEST_CASE("datasets: the program finds its own list of known datasets") {
  const Datasets d;
  CHECK(d.entry("tvb76") != nullptr);
}

TEST_CASE("datasets: verify tells good, missing and different files apart") {
  const World w;
  w.root.write("data/sub/a.txt", "alpha");
  w.root.write("data/sub/b.txt", "BETA");
  const auto d = w.datasets();
  const auto all = d.verify();
  REQUIRE(all.size() == 3);
  CHECK(all[0].result == Verification::Result::good);
  CHECK(all[1].result == Verification::Result::differs);
  CHECK(all[1].text.ends_with("next step: remove it and run `encephagen data fetch pair.lengths`"));
  CHECK(all[2].result == Verification::Result::missing);
  CHECK(all[2].text == "not here; made by this project, not published elsewhere");
  CHECK(d.verify("pair").size() == 2);

  std::ostringstream out;
  CHECK(run_data_verify(d, {}, out, false) == 5);
  CHECK(out.str().ends_with("1 files good, 1 missing, 1 differ\n"));
  CHECK(run_data_verify(d, {"pair.weights"}, out, false) == 0);
  CHECK(run_data_verify(d, {"ours"}, out, false) == 5);
  std::ostringstream json;
  run_data_verify(d, {}, json, true);
  const auto answer = nlohmann::json::parse(json.str());
  CHECK(answer["good"] == false);
  CHECK(answer["files"][1]["result"] == "differs");
}

TEST_CASE("datasets: fetch downloads, checks and moves into place; a second fetch finds it there") {
  if (!have_curl()) {
    MESSAGE("skipped: curl is not installed");
    return;
  }
  const World w;
  const auto d = w.datasets();
  std::ostringstream out, log;
  CHECK(run_data_fetch(d, {"pair"}, out, log, false) == 0);
  CHECK(log.str() == "fetching sub/a.txt (5 B, licence CC0)\nfetching sub/b.txt (4 B, licence CC0)\n");
  CHECK(testing::read_text(w.user / "sub/a.txt") == "alpha");
  CHECK(d.resolve("pair").path == w.user / "sub/a.txt");
  const auto again = d.fetch("pair");
  REQUIRE(again.size() == 2);
  CHECK(again[0].result == Fetched::Result::was_here);
  // A file that was damaged is replaced.
  w.root.write("user/sub/a.txt", "al");
  CHECK(d.fetch("pair.weights").front().result == Fetched::Result::downloaded);
  CHECK(testing::read_text(w.user / "sub/a.txt") == "alpha");
}

TEST_CASE("datasets: a download with other bytes is not kept") {
  if (!have_curl()) {
    MESSAGE("skipped: curl is not installed");
    return;
  }
  const World w;
  w.root.write("origin/a.txt", "changed");
  const auto text = failure([&] { w.datasets().fetch("pair"); });
  CHECK(text.find("what arrived has SHA-256 " + sha256_of_bytes("changed") + ", not " + sha256_of_bytes("alpha") +
                  "; it was not kept") != std::string::npos);
  CHECK(text.ends_with("look for it at https://example.org/s"));
  CHECK(fs::is_empty(w.user / "sub"));
}

TEST_CASE("datasets: a download that fails says what the tool said and where the file belongs") {
  if (!have_curl()) {
    MESSAGE("skipped: curl is not installed");
    return;
  }
  const World w;
  fs::remove(w.origin / "a.txt");
  const auto text = failure([&] { w.datasets().fetch("pair"); });
  CHECK(text.starts_with("dataset 'pair': file 'sub/a.txt' could not be fetched from file://"));
  CHECK(text.find("curl: (37)") != std::string::npos);
  CHECK(text.ends_with("next step: check the network connection, or copy the file to " +
                       (w.user / "sub/a.txt").string()));
  CHECK(fs::is_empty(w.user / "sub"));
}

TEST_CASE("datasets: wget serves where there is no curl, and nothing else is run") {
  const World w;
  // A stand-in that writes what the published file holds, as wget is asked to.
  const auto tool = w.root.write(
      "bin/wget",
      "#!/bin/sh\nfor a in \"$@\"; do case \"$a\" in --output-document=*) printf alpha > \"${a#*=}\";; esac; done\n");
  fs::permissions(tool, fs::perms::owner_all);
  const Environment path("PATH", (w.root.path() / "bin").string());
  CHECK(w.datasets().fetch("pair.weights").front().result == Fetched::Result::downloaded);
  CHECK(testing::read_text(w.user / "sub/a.txt") == "alpha");
}

TEST_CASE("datasets: without curl and wget fetch says so") {
  const World w;
  const Environment path("PATH", w.root.path().string());
  CHECK(failure([&] { w.datasets().fetch("pair"); }).find("neither curl nor wget is installed") != std::string::npos);
}

TEST_CASE("datasets: what is not published cannot be fetched") {
  const World w;
  const auto d = w.datasets();
  std::ostringstream out, log;
  CHECK(run_data_fetch(d, {"ours"}, out, log, false) == 5);
  CHECK(out.str() ==
        "not published  sub/c.txt: made by this project, not published elsewhere; set ENCEPHAGEN_DATA to a folder that "
        "holds it\n");
}

TEST_CASE("datasets: list shows what is here and what can be fetched") {
  const World w;
  w.root.write("data/sub/a.txt", "alpha");
  const auto d = w.datasets();
  std::ostringstream out, json;
  CHECK(run_data_list(d, out, false) == 0);
  CHECK(out.str().find("pair  1 of 2 here, fetch        5  two files") != std::string::npos);
  CHECK(out.str().find("ours  not published") != std::string::npos);
  CHECK(out.str().find("file_a") == std::string::npos);
  run_data_list(d, json, true, true);
  const auto answer = nlohmann::json::parse(json.str());
  CHECK(answer["datasets"][0]["id"] == "pair");
  CHECK(answer["datasets"][0]["here"] == false);
  CHECK(answer["datasets"][0]["fetchable"] == true);
  CHECK(answer["datasets"][0]["parts"]["weights"]["path"] == (w.data / "sub/a.txt").string());
  CHECK(answer["datasets"][1]["fetchable"] == false);
  CHECK(answer["files"].size() == 3);
}

TEST_CASE("datasets: the reference data are the published ones") {
  const auto folder = testing::shared_dir() / "data";
  if (!fs::exists(folder)) {
    MESSAGE("skipped: ", folder.string(), " is not here");
    return;
  }
  const Datasets d(DataSearch{{testing::source_dir() / "configs/datasets.toml"}, {folder}, {}});
  for (const auto& v : d.verify()) {
    CAPTURE(v.text);
    CHECK(v.result == Verification::Result::good);
  }
}
