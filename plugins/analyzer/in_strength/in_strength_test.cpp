// core.in_strength: orientation, the diagonal, and known correlations.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::InStrength;

namespace {

// Row sums without the diagonal: 1, 2, 3, 4; column sums 3, 3, 2, 2. The diagonal turns the order round.
FakeRecording four_regions(const std::vector<double>& means) {
  std::vector<std::vector<double>> series;
  for (const double m : means) series.push_back({m - m, 2 * m});
  auto made = FakeRecording::of_regions(series, 1);
  made.weights = {90, 1,  0,  0,  //
                  1,  60, 1,  0,  //
                  1,  0,  30, 2,  //
                  1,  2,  1,  0};
  return made;
}

}  // namespace

TEST_CASE("in_strength: activity that follows the row sums correlates with 1, and the diagonal is left out") {
  auto made = four_regions({10, 20, 30, 40});
  CapturedSink kept;
  auto sink = kept.sink();
  InStrength(InStrength::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("in_strength", "region:R3") == 4);
  CHECK_CLOSE(kept.value("in_strength_mean_pearson"), 1.0, 1e-14, 0);
  CHECK_CLOSE(kept.value("in_strength_mean_spearman"), 1.0, 1e-14, 0);
  // Variances are the squares 100, 400, 900, 1600: the same order, no straight line.
  CHECK_CLOSE(kept.value("in_strength_variance_spearman"), 1.0, 1e-14, 0);
  CHECK_CLOSE(kept.value("in_strength_variance_pearson"), 0.9843740386976972, 1e-12, 0);  // numpy.corrcoef
}

TEST_CASE("in_strength: include_self counts the diagonal") {
  auto made = four_regions({10, 20, 30, 40});
  InStrength::Params p;
  p.include_self = true;
  CapturedSink kept;
  auto sink = kept.sink();
  InStrength(p).analyze(made.recording(), sink);
  CHECK(kept.value("in_strength", "region:R0") == 91);
  CHECK_CLOSE(kept.value("in_strength_mean_spearman"), -1.0, 1e-14, 0);
}

TEST_CASE("in_strength: out-strength is the in-strength of the graph read the other way round") {
  auto made = four_regions({10, 30, 20, 40});
  CapturedSink kept, turned_kept;
  auto sink = kept.sink(), turned_sink = turned_kept.sink();
  InStrength(InStrength::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("out_strength", "region:R0") == 3);
  CHECK(kept.value("out_strength", "region:R2") == 2);
  CHECK(kept.value("out_strength") == 2.5);
  auto turned = made;
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j) turned.weights[i * 4 + j] = made.weights[j * 4 + i];
  InStrength(InStrength::Params{}).analyze(turned.recording(), turned_sink);
  CHECK(kept.value("out_strength_mean_spearman") < 0);
  for (const char* what : {"mean_pearson", "mean_spearman", "variance_pearson", "variance_spearman"}) {
    CHECK(kept.value(std::string("out_strength_") + what) == turned_kept.value(std::string("in_strength_") + what));
    CHECK(kept.value(std::string("in_strength_") + what) == turned_kept.value(std::string("out_strength_") + what));
  }
}

TEST_CASE("in_strength: a rank correlation sees order only") {
  auto made = four_regions({10, 30, 20, 1000});
  CapturedSink kept;
  auto sink = kept.sink();
  InStrength(InStrength::Params{}).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("in_strength_mean_spearman"), 0.8, 1e-14, 0);  // 1 - 6 * 2 / (4 * 15)
}

TEST_CASE("in_strength: a recording without weights is refused") {
  auto made = FakeRecording::of_regions({{0, 1}, {0, 2}, {0, 3}}, 1);
  CapturedSink kept;
  auto sink = kept.sink();
  CHECK_THROWS_WITH(InStrength(InStrength::Params{}).analyze(made.recording(), sink),
                    "the recording comes without the weights of a connectome: in-strength needs one");
}
