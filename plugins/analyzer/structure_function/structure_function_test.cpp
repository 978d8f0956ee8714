// core.structure_function: numbers of scipy, and what decides over which pairs they are taken.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::StructureFunction;

namespace {

FakeRecording five_regions() {
  auto made = FakeRecording::of_regions({{0.05, 0.5, -1.0, 0.69, -0.42, -1.58, -0.65, 0.6, 0.33, -1.15},
                                         {0.67, 0.41, -0.57, 1.02, -1.58, -1.23, -1.26, 2.15, 1.05, -1.1},
                                         {-0.98, 0.05, 0.16, -1.21, 2.22, 0.39, 1.69, -1.11, 1.64, -1.36},
                                         {-0.65, 0.54, 0.05, -2.36, -1.11, 0.84, 2.09, 0.91, -0.28, 0.8},
                                         {-1.46, 0.78, -1.33, -1.19, -0.68, 1.22, 0.74, 1.66, -0.34, 1.24}},
                                        1);
  made.weights = {0, 2, 0, 1, 0,  //
                  1, 0, 3, 0, 0,  //
                  0, 1, 0, 2, 1,  //
                  4, 0, 0, 0, 0,  //
                  0, 0, 1, 5, 0};
  made.more_numbers["centres_mm"] = {-10, 0, 0, -20, 5, 0, -15, 0, 7, 30, 0, 4, 12, -8, 3};
  made.more_texts["attribute.hemisphere"] = {"left", "left", "left", "right", "right"};
  return made;
}

void analyze(FakeRecording made, CapturedSink& kept) {
  auto sink = kept.sink();
  StructureFunction(StructureFunction::Params{}).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("structure_function: agrees with scipy on all pairs, on edges, within hemispheres and given the distance") {
  CapturedSink kept;
  analyze(five_regions(), kept);
  CHECK(kept.value("structure_function_pairs") == 10);
  CHECK_CLOSE(kept.value("structure_function_pearson"), 0.26147615127554413, 1e-13, 0);
  CHECK_CLOSE(kept.value("structure_function_spearman"), 0.05664411840370207, 1e-13, 0);
  CHECK_CLOSE(kept.value("structure_function_edges_pearson"), -0.06945620857950863, 1e-13, 0);
  CHECK_CLOSE(kept.value("structure_function_edges_spearman"), -0.14712247158412492, 1e-13, 0);
  CHECK_CLOSE(kept.value("structure_function_within_pearson"), 0.3712679554660014, 1e-13, 0);
  CHECK_CLOSE(kept.value("structure_function_within_spearman"), 0.0, 1e-13, 0);
  // Correlations of the residuals of linear regressions on the distance, by numpy.
  CHECK_CLOSE(kept.value("structure_function_partial_pearson"), 0.22592210304700536, 1e-12, 0);
  CHECK_CLOSE(kept.value("structure_function_partial_spearman"), 0.0458631416299803, 1e-12, 0);
}

TEST_CASE("structure_function: the direction of edges and the diagonal do not count") {
  auto turned = five_regions();
  for (size_t i = 0; i < 5; ++i)
    for (size_t j = 0; j < 5; ++j) turned.weights[i * 5 + j] = i == j ? 9 : five_regions().weights[j * 5 + i];
  CapturedSink kept, turned_kept;
  analyze(five_regions(), kept);
  analyze(turned, turned_kept);
  for (const auto& [name, metric] : kept.metrics) {
    CAPTURE(name.first);
    CHECK(metric.value == turned_kept.metrics.at(name).value);
  }
}

TEST_CASE("structure_function: a constant region takes part in no pair") {
  auto made = five_regions();
  made.unit_signal[4].assign(10, 0.5);
  CapturedSink kept;
  analyze(made, kept);
  CHECK(kept.value("structure_function_pairs") == 6);
  CHECK(std::isfinite(kept.value("structure_function_pearson")));
}

TEST_CASE("structure_function: what needs centres or hemispheres is left open without them") {
  auto made = five_regions();
  made.more_numbers.clear();
  made.more_texts.clear();
  CapturedSink kept;
  analyze(made, kept);
  CHECK(std::isfinite(kept.value("structure_function_edges_pearson")));
  CHECK(std::isnan(kept.value("structure_function_within_pearson")));
  CHECK(std::isnan(kept.value("structure_function_partial_spearman")));
}

TEST_CASE("structure_function: a recording without weights is refused") {
  auto made = five_regions();
  made.weights.clear();
  CapturedSink kept;
  CHECK_THROWS_WITH(analyze(made, kept),
                    "the recording comes without the weights of a connectome: structure_function needs one");
}
