// Tests of core.signal_file: which number each unit receives in each step.
#include <doctest/doctest.h>

#include "../common/test_files.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::SignalFile;
using core::testing::Folder;
using core::testing::WithText;
using encephagen::testing::UnitHarness;

namespace {

// [step][unit]
std::vector<std::vector<double>> play(UnitHarness& h, int n_steps) {
  h.init();
  std::vector<std::vector<double>> out;
  for (int k = 0; k < n_steps; ++k) {
    h.step();
    out.push_back(h.state("value"));
  }
  return out;
}

std::string refusal(const std::string& file, double unit = 0) {
  try {
    const WithText plugin(eg::encoder<SignalFile>, "file", file);
    UnitHarness h(plugin.plugin, 1, 1.0);
    h.set("unit", unit);
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("signal_file: row after row for every unit, 0 before the onset and after the end") {
  const Folder folder("signal_file");
  const WithText plugin(eg::encoder<SignalFile>, "file", folder.write("two.csv", "a,b\n1,10\n2,20\n3,30\n"));
  UnitHarness h(plugin.plugin, 3, 1.0);
  h.set("unit", std::vector<double>{0, 1, 1});
  h.set("onset_ms", 2);
  h.set("scale", std::vector<double>{1, 1, -0.5});
  const std::vector<std::vector<double>> expected{{0, 0, 0},    {0, 0, 0}, {1, 10, -5}, {2, 20, -10},
                                                  {3, 30, -15}, {0, 0, 0}, {0, 0, 0}};
  CHECK(play(h, 7) == expected);
}

TEST_CASE("signal_file: a single column is for all units, repeats if told, and rows last as long as told") {
  const Folder folder("signal_file");
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
  std::string npy = std::string("\x93NUMPY\x01\x00", 8) +
                    core::testing::little_endian(static_cast<uint16_t>(header.size() + 1)) + header + "\n";
  for (const double x : {4.0, 5.0, 6.0}) npy += core::testing::little_endian(x);
  for (const auto& file : {folder.write("one.npy", npy), folder.write("one.txt", "4\n5\n6\n")}) {
    const WithText plugin(eg::encoder<SignalFile>, "file", file);
    UnitHarness h(plugin.plugin, 2, 0.1);
    h.set("unit", std::vector<double>{0, 7});
    h.set("interval_ms", 0.3);
    h.set("repeat", 1);
    const auto values = play(h, 3000);
    for (size_t k = 0; k < values.size(); ++k)
      CHECK(values[k] == std::vector<double>(2, static_cast<double>(4 + k / 3 % 3)));
  }
}

TEST_CASE("signal_file: refuses files that cannot be meant") {
  const Folder folder("signal_file");
  CHECK(refusal(folder.write("good.csv", "1,2\n3,4\n"), 1) == "");
  const auto few = folder.write("few.csv", "1,2\n3,4\n");
  CHECK(refusal(few, 2) ==
        few + " has 2 columns and none for unit 2 (from 0): give it one for every unit, or a single one");
  const auto word = folder.write("word.csv", "a,b\n1,2\n3,x\n");
  CHECK(refusal(word) == word + ":3: 'x' is not a finite number");
  const auto names = folder.write("names.csv", "a,b\n");
  CHECK(refusal(names) == names + ": holds no number");
  CHECK(refusal(folder.path("none.csv")) == "cannot read '" + folder.path("none.csv") + "'");
  const WithText plugin(eg::encoder<SignalFile>, "file", few);
  UnitHarness h(plugin.plugin, 1, 1.0);
  h.set("interval_ms", 0.5);
  CHECK_THROWS_WITH(h.init(), "interval_ms is shorter than a step: rows would be skipped");
}
