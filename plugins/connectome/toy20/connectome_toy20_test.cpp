// core.toy20: its random stream against numpy's own numbers and its weights against the study's.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "matrix_file.hpp"
#include "model.hpp"
#include "support.hpp"
#include "test_files.hpp"

using namespace connectomes;
using namespace connectomes::testing;
using namespace files;

namespace {

eg::Connectome toy(Rows rows) { return build<Toy20>({rows}).connectome; }

fs::path reference(const char* name) {
  const auto path = encephagen::testing::shared_dir() / "reference" / name;
  if (!fs::exists(path)) MESSAGE("skipped: there is no ", path.string());
  return path;
}

}  // namespace

TEST_CASE("toy20: the seed sequence and the generator repeat numpy's numbers for seed 42") {
  // numpy 1.24: SeedSequence(42).generate_state(4, uint64), PCG64(42).random_raw(4), default_rng(42).uniform(0.5, 1, 5)
  CHECK(NumpySeedSequence(42).state() ==
        std::array<uint64_t, 4>{0x9f1e2e6dcd540ab7, 0xd57873dc79fb94b6, 0x7d282a1b64d420b7, 0x336579714692d5ff});
  NumpyRandom raw(42);
  for (const uint64_t expected : {0xc621fbcd16d92688u, 0x705a5661a791ffc1u, 0xdbcd12c26eda1624u, 0xb286b60e1600888du})
    CHECK(raw.next() == expected);
  NumpyRandom uniform(42);
  for (const double expected :
       {0.8869780242779817, 0.7194392198760262, 0.9292989599556912, 0.8486840145296819, 0.5470886739438248})
    CHECK(uniform.uniform(0.5, 1.0) == expected);
}

TEST_CASE("toy20: weights and labels are the study's") {
  const auto path = reference("toy20_weights.csv");
  if (!fs::exists(path)) return;
  const Matrix study = read_matrix(path);
  const auto c = toy(Rows::targets);
  REQUIRE(study.values.size() == c.weights.size());
  CHECK(study.column_labels == c.labels);
  for (size_t k = 0; k < c.weights.size(); ++k)
    CHECK_CLOSE(c.weights[k], study.values[k], 0, 1e-9);  // 9 digits in the file
}

TEST_CASE("toy20: 118 directed edges with largest weight 1 and no self-loops") {
  const auto c = toy(Rows::targets);
  CHECK(std::ranges::count_if(c.weights, [](double w) { return w != 0; }) == 118);
  CHECK(*std::ranges::max_element(c.weights) == 1.0);
  CHECK(*std::ranges::min_element(c.weights) == 0.0);
  for (size_t i = 0; i < 20; ++i) CHECK(c.weight(i, i) == 0);
  for (const double w : c.weights) CHECK(static_cast<double>(static_cast<float>(w)) == w);
}

TEST_CASE("toy20: the two readings of the matrix are transposes and say so") {
  const auto targets = toy(Rows::targets), sources = toy(Rows::sources);
  for (size_t i = 0; i < 20; ++i)
    for (size_t j = 0; j < 20; ++j) CHECK(targets.weight(i, j) == sources.weight(j, i));
  // V1_left to A1_left exists as entry (0, 12) of the study only
  CHECK(targets.weight(0, 12) > 0);
  CHECK(targets.weight(12, 0) == 0);
  CHECK(history(targets, "rows") == "targets: as the study's mass model reads its matrix");
  CHECK(history(sources, "rows") == "sources: as the study's spiking model reads its matrix");
}

TEST_CASE("toy20: regions have hemispheres and groups, and the study's own groups beside them") {
  const auto c = toy(Rows::targets);
  CHECK(std::ranges::count(c.attribute("hemisphere")->texts, "left") == 11);
  const auto& groups = c.attribute("group")->texts;
  for (const auto& [name, size] : std::vector<std::pair<std::string, long>>{
           {"sensory", 6}, {"motor", 4}, {"prefrontal", 4}, {"thalamus", 2}, {"hippocampus", 2}, {"other", 2}})
    CHECK(std::ranges::count(groups, name) == size);
  const auto path = reference("region_groups.json");
  if (!fs::exists(path)) return;
  std::ifstream in(path);
  const auto study = nlohmann::json::parse(in).at("toy20");
  size_t n_listed = 0;
  for (const auto& [group, members] : study.items())
    for (const size_t i : members) {
      CHECK(c.attribute("study_group")->texts[i] == group);
      ++n_listed;
    }
  CHECK(n_listed == 20);
}

TEST_CASE("toy20: the seed of the run changes nothing") {
  CHECK(build<Toy20>({Rows::targets}, 1).connectome.weights == build<Toy20>({Rows::targets}, 2).connectome.weights);
}
