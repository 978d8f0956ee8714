// The tree of TOML: positions, merging, paths, overrides, writing.
#include "host/failure.hpp"
#include "scenario/node.hpp"
#include "scenario/scenario.hpp"
#include "scenario/toml_document.hpp"
#include "support.hpp"

using namespace encephagen;

TEST_CASE("toml: every value remembers its file, line and column") {
  const Node root = parse_toml("a = 1\n[t]\nb = \"x\"\n", "f.toml");
  CHECK(root.find("a")->at.text() == "f.toml:1:5");
  CHECK(root.find("t")->find("b")->at.text() == "f.toml:3:5");
  CHECK(root.find("t")->key_position("b").text() == "f.toml:3:1");
}

TEST_CASE("toml: a syntax error names file, line and column") {
  try {
    (void)parse_toml("a = \n", "f.toml");
    FAIL("accepted");
  } catch (const Failure& e) {
    CHECK(std::string(e.what()).starts_with("f.toml:1:"));
    CHECK(e.status() == Exit::scenario_invalid);
  }
}

TEST_CASE("toml: what is written reads back as the same tree") {
  const std::string text =
      "i = -3\nx = 0.1\ny = 2.0\ns = \"a \\\"b\\\" \\\\ c\"\nlist = [1, 2.5, \"z\"]\nflag = true\n\n[t]\nk = "
      "1\n\n[t.u]\nv = 1e-300\n\n[[rows]]\na = 1\n\n[[rows]]\na = 2\n";
  const Node first = parse_toml(text, "a");
  const std::string written = write_toml(first);
  CHECK(write_toml(parse_toml(written, "b")) == written);
  CHECK(written == text);
}

TEST_CASE("node: tables merge, everything else is replaced") {
  Node base = parse_toml("[a]\nx = 1\ny = [1, 2]\n", "base");
  merge(base, parse_toml("[a]\ny = [3]\nz = 4\n", "over"));
  CHECK(write_toml(base) == "\n[a]\nx = 1\ny = [3]\nz = 4\n");
}

TEST_CASE("node: paths lead through tables and list items, and make tables but never items") {
  Node root = parse_toml("[[long_range]]\nglobal_coupling = 0.1\n", "f");
  CHECK(set_path(root, "long_range.0.global_coupling", Node::of_number(0.5)));
  CHECK(find_path(root, "long_range.0.global_coupling")->number == 0.5);
  CHECK(set_path(root, "run.seeds.noise", Node::of_integer(7)));
  CHECK(find_path(root, "run.seeds.noise")->integer == 7);
  CHECK_FALSE(set_path(root, "long_range.1.global_coupling", Node::of_number(0.5)));
  CHECK_FALSE(set_path(root, "long_range.x", Node::of_number(0.5)));
}

TEST_CASE("overrides: TOML values, plain text, and a usage error without an equals sign") {
  Node root = parse_toml("[run]\nseed = 1\n", "f");
  apply_overrides(root, {"run.seed=9", "title=two words", "list=[1, 2]"});
  CHECK(find_path(root, "run.seed")->integer == 9);
  CHECK(find_path(root, "run.seed")->at.text() == "--set run.seed=9");
  CHECK(find_path(root, "title")->text == "two words");
  CHECK(find_path(root, "list")->items.size() == 2);
  CHECK_THROWS_WITH_AS(apply_overrides(root, {"run.seed"}), "--set run.seed: write key=value, for example run.seed=7",
                       Failure);
}
