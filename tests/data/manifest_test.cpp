// Data manifests: what is read, and what is refused with its place.
#include <doctest/doctest.h>

#include <set>

#include "host/failure.hpp"
#include "scenario/data_manifest.hpp"
#include "support.hpp"
#include "temporary_folder.hpp"

using namespace encephagen;

namespace {

const std::string hash(64, 'a');
const std::string source =
    "schema = 1\n[[source]]\nid = \"s\"\nlicence = \"CC0\"\nrepository = \"https://example.org\"\n";

std::string file_entry(const std::string& id, const std::string& more = "") {
  return "[[file]]\nid = \"" + id + "\"\nfile = \"folder/" + id + ".zip\"\nsha256 = \"" + hash +
         "\"\nbytes = 3\nsource = \"s\"\n" + more;
}

Manifest read(const std::string& text) {
  const testing::TemporaryFolder folder;
  return read_manifest(folder.write("m.toml", text));
}

// The message without the name of the temporary folder.
std::string refusal(const std::string& text) {
  const testing::TemporaryFolder folder;
  const auto file = folder.write("m.toml", text);
  try {
    read_manifest(file);
  } catch (const Failure& f) {
    CHECK(f.status() == Exit::data_unusable);
    std::string what = f.what();
    for (auto at = what.find(file.string()); at != std::string::npos; at = what.find(file.string()))
      what.replace(at, file.string().size(), "m.toml");
    return what;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("manifest: sources, files and datasets are read with their facts") {
  const auto m =
      read(source +
           file_entry("a",
                      "url = \"https://example.org/a\"\norientation = \"row = source, column = target\"\n"
                      "symmetric = false\nregions = 4\ncaveats = [\"one\", \"two\"]\nstats = { min = 0.0 }\n") +
           file_entry("b", "licence = \"MIT\"\norientation = \"undirected\"\n") +
           "[[dataset]]\nid = \"pair\"\ntitle = \"both\"\nparts = { weights = \"a\", lengths = \"b\" }\nparams = { "
           "centres_match = \"row\" }\n");
  REQUIRE(m.file("a"));
  CHECK(m.file("a")->licence == "CC0");
  CHECK(m.file("b")->licence == "MIT");
  CHECK(m.file("a")->rows() == MatrixRows::sources);
  CHECK(m.file("b")->rows() == MatrixRows::undirected);
  CHECK(m.file("a")->symmetric == false);
  CHECK_FALSE(m.file("b")->symmetric.has_value());
  CHECK(m.file("a")->caveats == std::vector<std::string>{"one", "two"});
  CHECK(m.file("a")->is_published());
  CHECK_FALSE(m.file("b")->is_published());
  REQUIRE(m.dataset("pair"));
  CHECK(m.dataset("pair")->parts.front() == std::pair<std::string, std::string>{"weights", "a"});
  CHECK(m.dataset("pair")->params.find("centres_match")->text == "row");
  CHECK(m.file("c") == nullptr);
}

TEST_CASE("manifest: every fault is reported with file, line and column, in one go") {
  CHECK(refusal(source + "[[file]]\nid = \"a\"\nfile = \"a\"\nsha265 = \"x\"\nbytes = \"3\"\nsource = \"s\"\n") ==
        "m.toml:6:1: [[file]] needs the key 'sha256': the SHA-256 of its bytes\n"
        "error: m.toml:9:1: 'sha265' is not a key of [[file]]; did you mean 'sha256'?\n"
        "error: m.toml:10:9: 'bytes' needs an integer, found text");
}

TEST_CASE("manifest: a file must name a known source") {
  CHECK(refusal("schema = 1\n[[source]]\nid = \"tvb\"\n" + file_entry("a")) ==
        "m.toml:9:10: no [[source]] has the id 's'");
  CHECK(refusal("schema = 1\n[[source]]\nid = \"ss\"\n" + file_entry("a")) ==
        "m.toml:9:10: no [[source]] has the id 's'; did you mean 'ss'?");
}

TEST_CASE("manifest: a path may not leave the data folder") {
  for (const std::string path : {"../a.zip", "/etc/passwd", "x/../../a", ""}) {
    CAPTURE(path);
    CHECK(refusal(source + "[[file]]\nid = \"a\"\nfile = \"" + path + "\"\nsha256 = \"" + hash +
                  "\"\nbytes = 3\nsource = \"s\"\n") ==
          "m.toml:8:8: '" + path + "' is no path inside a data folder: it must be relative and free of '..'");
  }
}

TEST_CASE("manifest: a hash and an address must be such") {
  CHECK(refusal(
            source +
            "[[file]]\nid = \"a\"\nfile = \"a\"\nsha256 = \"abc\"\nbytes = 3\nsource = \"s\"\nurl = \"-o/tmp/x\"\n") ==
        "m.toml:9:10: 'abc' is no SHA-256: 64 hexadecimal digits are needed\n"
        "error: m.toml:12:7: '-o/tmp/x' is no address that can be downloaded: https://, http:// or file:// is needed");
}

TEST_CASE("manifest: ids are unique among files and datasets") {
  CHECK(refusal(source + file_entry("a") + file_entry("a")) == "m.toml:13:6: the id 'a' was given before");
  CHECK(refusal(source + file_entry("a") + "[[dataset]]\nid = \"a\"\nparts = { weights = \"a\" }\n") ==
        "m.toml:13:6: the id 'a' was given before");
}

TEST_CASE("manifest: a dataset needs parts that exist and an id without a dot") {
  CHECK(refusal(source + file_entry("abc") + "[[dataset]]\nid = \"d\"\nparts = { weights = \"abd\" }\n") ==
        "m.toml:14:21: no [[file]] has the id 'abd'; did you mean 'abc'?");
  CHECK(refusal(source + "[[dataset]]\nid = \"d\"\nparts = {}\n") == "m.toml:8:9: dataset 'd' has no parts");
  CHECK(refusal(source + file_entry("abc") + "[[dataset]]\nid = \"d.e\"\nparts = { weights = \"abc\" }\n") ==
        "m.toml:13:6: dataset id 'd.e' must not contain '.': it separates id and part");
  CHECK(refusal(source + "[[dataset]]\nid = \"d\"\nparts = { weights = 3 }\n") ==
        "m.toml:8:21: 'weights' needs the id of a [[file]], found an integer");
}

TEST_CASE("manifest: text that is no TOML is refused with its place") {
  CHECK(refusal("schema = \n").starts_with("m.toml:1:"));
  CHECK(refusal("schema = 2\n") == "m.toml:1:10: 'schema' = 2 is outside [1, 1]");
}

TEST_CASE("manifest: the list of known datasets that comes with the program is sound") {
  const auto m = read_manifest(testing::source_dir() / "configs/datasets.toml");
  CHECK(m.datasets.size() >= 20);
  for (const auto& f : m.files) {
    CAPTURE(f.id);
    CHECK_FALSE(f.licence.empty());
    CHECK_FALSE(f.meaning.empty());
    // A pinned address names the commit, so that it keeps delivering the same bytes.
    if (f.is_published()) CHECK(f.url.find("/" + m.source(f.source)->commit + "/") != std::string::npos);
  }
  for (const char* id :
       {"tvb66", "tvb68", "tvb76", "tvb80", "tvb96", "tvb192", "tvb96_realigned", "aal2_94", "schaefer100_enigma"}) {
    CAPTURE(id);
    CHECK(m.dataset(id) != nullptr);
  }
}

TEST_CASE("manifest: the list of known datasets agrees with the manifest of the reference data") {
  const auto reference = testing::shared_dir() / "data/manifest.toml";
  if (!std::filesystem::exists(reference)) {
    MESSAGE("skipped: ", reference.string(), " is not here");
    return;
  }
  const auto theirs = read_manifest(reference);
  for (const auto& f : read_manifest(testing::source_dir() / "configs/datasets.toml").files) {
    CAPTURE(f.id);
    const auto* other = theirs.file(f.id);
    REQUIRE(other);
    CHECK(f.sha256 == other->sha256);
    CHECK(f.bytes == other->bytes);
    CHECK(f.file == other->file);
    CHECK(f.url == other->url);
    CHECK(f.rows() == other->rows());
  }
}
