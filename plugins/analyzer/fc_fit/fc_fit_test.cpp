// core.fc_fit on signals whose connectivity and dynamics are known, against matrices written by the test.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numbers>

#include "../common/fake_recording.hpp"
#include "../common/test_folder.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

// Sines whose correlation is the cosine of their phase difference: fc_ij = cos(p_i - p_j).
const std::vector<double> phase{0, 0.4, 1.2, 2.6, 4.1};
double fc_of_phases(size_t i, size_t j) { return std::cos(phase[i] - phase[j]); }

FakeRecording sines(size_t periods = 25) {
  std::vector<std::vector<double>> series;
  for (const double p : phase) {
    series.emplace_back();
    for (size_t t = 0; t < 40 * periods; ++t)
      series.back().push_back(std::sin(2 * std::numbers::pi * static_cast<double>(t) / 40 + p));
  }
  auto made = FakeRecording::of_regions(series, 1);
  made.more_texts["attribute.hemisphere"] = {"left", "left", "left", "right", "both"};
  made.more_numbers["centres_mm"] = {0, 0, 0, 3, 4, 0, 0, 0, 10, 20, 0, 0, 0, 30, 40};
  return made;
}

// [5, 5] of what stands in `value(i, j)` off the diagonal; the diagonal is 1.
template <class F>
std::vector<double> square(F&& value) {
  std::vector<double> out;
  for (size_t i = 0; i < 5; ++i)
    for (size_t j = 0; j < 5; ++j) out.push_back(i == j ? 1.0 : value(i, j));
  return out;
}

FcFit::Params of_activity() {
  FcFit::Params p;
  p.fc_of = FcOf::activity;
  return p;
}

void analyze(FakeRecording& made, const FcFit::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  FcFit(p).analyze(made.recording(), sink);
}

std::string refusal(FakeRecording& made, const FcFit::Params& p) {
  CapturedSink kept;
  try {
    analyze(made, p, kept);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("fc_fit: a run that has the measured connectivity fits it perfectly, by every measure") {
  TestFolder dir;
  auto made = sines();
  auto p = of_activity();
  p.fc_file = dir.matrix("fc.csv", square(fc_of_phases), 5);
  CapturedSink kept;
  analyze(made, p, kept);
  for (const char* metric : {"fc_r", "fc_rho", "fc_r_intra", "fc_r_partial"})
    CHECK_CLOSE(kept.value(metric), 1, 0, 1e-9);
  CHECK_CLOSE(kept.value("fc_nrmse"), 0, 0, 1e-12);
  CHECK(kept.value("fc_pairs") == 10);
  double sum = 0;
  for (size_t i = 0; i < 5; ++i)
    for (size_t j = 0; j < 5; ++j) sum += fc_of_phases(i, j);
  CHECK_CLOSE(kept.value("fc_global_signal"), sum / 25, 0, 1e-12);
  CHECK_CLOSE(kept.value("fc_global_signal_measured"), sum / 25, 0, 1e-12);
  CHECK(kept.arrays.at("fc").shape == std::vector<uint64_t>{5, 5});
  CHECK(!kept.has("fcd_mean"));  // not of finely sampled activity, unless a measured distribution is given
  CHECK(!kept.has("fc_noise_ceiling"));
}

TEST_CASE("fc_fit: each measure is the textbook one") {
  TestFolder dir;
  auto made = sines();
  auto p = of_activity();
  const auto measured =
      square([](size_t i, size_t j) { return 0.1 * static_cast<double>((i + 2 * j) % 5 + (j + 2 * i) % 5); });
  p.fc_file = dir.matrix("fc.csv", measured, 5);
  CapturedSink kept;
  analyze(made, p, kept);
  std::vector<double> x, y, d, within_x, within_y;
  const auto centres = made.more_numbers["centres_mm"];
  for (size_t i = 0; i < 5; ++i)
    for (size_t j = i + 1; j < 5; ++j) {
      x.push_back(fc_of_phases(i, j)), y.push_back(measured[i * 5 + j]);
      d.push_back(std::hypot(centres[3 * i] - centres[3 * j], centres[3 * i + 1] - centres[3 * j + 1],
                             centres[3 * i + 2] - centres[3 * j + 2]));
      if (j < 3) within_x.push_back(x.back()), within_y.push_back(y.back());  // "both" is on no side
    }
  CHECK_CLOSE(kept.value("fc_r"), pearson(x, y), 0, 1e-9);
  CHECK_CLOSE(kept.value("fc_rho"), spearman(x, y), 0, 1e-9);
  CHECK_CLOSE(kept.value("fc_r_intra"), pearson(within_x, within_y), 0, 1e-9);
  // The partial correlation is that of what is left of both after a straight line in the distance.
  const auto rest = [&](const std::vector<double>& v) {
    const auto dv = deviations(v), dd = deviations(d);
    std::vector<double> out;
    for (size_t k = 0; k < v.size(); ++k) out.push_back(dv[k] - dot(dv, dd) / dot(dd, dd) * dd[k]);
    return out;
  };
  CHECK_CLOSE(kept.value("fc_r_partial"), pearson(rest(x), rest(y)), 0, 1e-9);
  double squares = 0;
  for (size_t k = 0; k < x.size(); ++k) squares += (x[k] - y[k]) * (x[k] - y[k]) / 10;
  CHECK_CLOSE(kept.value("fc_nrmse"), std::sqrt(squares) / standard_deviation(y), 0, 1e-9);
}

TEST_CASE("fc_fit: rows are matched by label without regard to case, and what is missing is named") {
  TestFolder dir;
  auto made = sines();
  made.labels = {"V1", "V2", "S1", "M1", "TH"};
  const size_t row[] = {2, 0, 4, 1, 3};  // region that each row of the file holds
  std::vector<double> shuffled;
  for (const size_t i : row)
    for (const size_t j : row) shuffled.push_back(i == j ? 1.0 : fc_of_phases(i, j));
  auto p = of_activity();
  p.fc_file = dir.matrix("fc.csv", shuffled, 5);
  CapturedSink blind, matched;
  analyze(made, p, blind);  // without labels the order counts
  CHECK(blind.value("fc_r") < 0.9);
  p.labels_file = dir.file("labels.txt", "s1\nv1\nth\nv2\nm1\n");
  analyze(made, p, matched);
  CHECK_CLOSE(matched.value("fc_r"), 1, 0, 1e-9);

  made.labels = {"V1", "V2", "S1", "M2", "LGN"};
  CHECK(has(refusal(made, p),
            "fc.csv has no row for 'M2' (2 of the 5 regions of the run are missing); its first row is 's1'"));
  p.unmatched = Unmatched::leave_out;
  CapturedSink some;
  analyze(made, p, some);
  CHECK(some.value("fc_pairs") == 3);
  CHECK_CLOSE(some.value("fc_r"), 1, 0, 1e-9);
  REQUIRE(some.warnings.size() == 1);
  CHECK(some.warnings[0] == "2 regions of the run are not in fc.csv and left out: M2, LGN");

  p.labels_file = dir.file("few.txt", "s1\nv1\nth\nv2\n");
  CHECK(!refusal(made, p).empty());
  p.labels_file = "";
  made.labels = {"V1", "V2", "S1", "M1", "TH"};
  p.fc_file = dir.matrix("small.csv", std::vector<double>{1, 0.5, 0.5, 1}, 2);
  CHECK(has(refusal(made, p), "small.csv has 2 rows without labels, the run has 5 regions: give labels_file"));
  p.fc_file = dir.matrix("wide.csv", std::vector<double>{1, 0.5, 0.5, 1, 0.1, 0.2}, 3);
  CHECK(has(refusal(made, p), "wide.csv has 2 rows and 3 columns: functional connectivity needs a square matrix"));
  p.fc_file = "";
  CHECK_THROWS_WITH(FcFit{p}, "neither 'fc_dataset' nor 'fc_file' is given; give one of them");
}

TEST_CASE("fc_fit: Fisher's z becomes r on request, and the halves of split data are train and test") {
  TestFolder dir;
  auto made = sines();
  auto p = of_activity();
  const auto z = square([](size_t i, size_t j) { return std::atanh(fc_of_phases(i, j)); });
  const auto other = square([](size_t i, size_t j) { return 0.2 * static_cast<double>((i + 1) * (j + 1) % 7); });
  p.fc_file = dir.matrix("z.csv", z, 5);
  p.fc_transform = FcTransform::tanh;
  p.test_file = dir.matrix("other.csv", other, 5);
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("fc_nrmse", "train"), 0, 0, 1e-9);
  CHECK_CLOSE(kept.value("fc_r", "train"), 1, 0, 1e-9);
  CHECK(kept.value("fc_r", "test") < 0.9);
  // The fit to the first is perfect here, so its ceiling is what it reaches of the second.
  CHECK_CLOSE(kept.value("fc_noise_ceiling"), kept.value("fc_r", "test"), 0, 1e-9);
  CHECK(!kept.has("fc_r"));
}

TEST_CASE("fc_fit: constant regions are left out with a warning, and without centres tract lengths serve as distance") {
  TestFolder dir;
  auto made = sines();
  std::ranges::fill(made.unit_signal[1], 0.5);
  made.more_numbers.erase("centres_mm");
  made.more_texts.clear();
  auto p = of_activity();
  p.fc_file = dir.matrix("fc.csv", square(fc_of_phases), 5);
  CapturedSink kept, without;
  analyze(made, p, without);
  CHECK(without.value("fc_pairs") == 6);
  REQUIRE(without.warnings.size() == 1);
  CHECK(without.warnings[0] == "4 pairs with a constant or unrecorded region are not compared");
  CHECK(std::isnan(without.value("fc_r_partial")));
  CHECK(std::isnan(without.value("fc_r_intra")));
  made.more_numbers["lengths_mm"] = square([](size_t i, size_t j) { return static_cast<double>(10 * i * i + j); });
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("fc_r_partial"), 1, 0, 1e-9);
}

TEST_CASE("fcd: windows of one connectivity are all alike, windows that change are not") {
  const std::vector<size_t> all{0, 1, 2, 3, 4};
  auto made = sines(10);
  const auto alike = fcd_values(made.unit_signal, all, 40, 40);  // whole periods
  REQUIRE(alike.size() == 45);
  CHECK_CLOSE(alike.front(), 1, 0, 1e-9);
  // The second half of the recording swaps regions 0 and 4: within halves 1, between them the correlation of the two.
  for (size_t t = 200; t < 400; ++t) std::swap(made.unit_signal[0][t], made.unit_signal[4][t]);
  const auto changed = fcd_values(made.unit_signal, all, 40, 40);
  std::vector<double> before, after;
  const auto swapped = [](size_t i) { return i == 0 ? 4 : i == 4 ? 0 : i; };
  for (size_t i = 0; i < 5; ++i)
    for (size_t j = i + 1; j < 5; ++j)
      before.push_back(fc_of_phases(i, j)), after.push_back(fc_of_phases(swapped(i), swapped(j)));
  REQUIRE(changed.size() == 45);
  for (size_t k = 0; k < 45; ++k) CHECK_CLOSE(changed[k], k < 25 ? pearson(before, after) : 1.0, 0, 1e-9);
  CHECK(fcd_values(made.unit_signal, all, 400, 40).empty());
  // A region that rests in one window is left out of all.
  for (size_t t = 0; t < 40; ++t) made.unit_signal[2][t] = 1;
  CHECK(fcd_values(made.unit_signal, all, 40, 40).size() == 45);
}

TEST_CASE("fcd: the distance of Kolmogorov and Smirnov is that of scipy, for samples and for histograms") {
  const std::vector<double> simulated{0.1, 0.2, 0.2, 0.5, 0.9};
  const files::Matrix sample{1, 4, {0.3, 0.15, 0.5, 0.6}, {}, {}, "s.csv"};
  const auto measured = fcd_distribution(sample, FcdKind::sample);
  CHECK_CLOSE(ks_distance(simulated, measured, FcdKind::sample), 0.35, 0, 1e-12);  // scipy.stats.ks_2samp
  const files::Matrix same{1, 5, simulated, {}, {}, "s.csv"};
  CHECK_CLOSE(ks_distance(simulated, fcd_distribution(same, FcdKind::sample), FcdKind::sample), 0, 0, 1e-12);
  CHECK_CLOSE(ks_distance({-0.9, -0.8}, measured, FcdKind::sample), 1, 0, 1e-12);
  // Bins up to -0.5, 0, 0.5, 1: the simulated shares are 0, 0, 0.8, 1.
  const files::Matrix counts{4, 1, {1, 1, 2, 6}, {}, {}, "h.csv"}, sums{4, 1, {1, 2, 4, 10}, {}, {}, "h.csv"};
  CHECK_CLOSE(ks_distance(simulated, fcd_distribution(counts, FcdKind::histogram), FcdKind::histogram), 0.4, 0, 1e-12);
  CHECK_CLOSE(ks_distance(simulated, fcd_distribution(sums, FcdKind::cumulative), FcdKind::cumulative), 0.4, 0, 1e-12);
  CHECK(std::isnan(ks_distance({}, measured, FcdKind::sample)));
  CHECK_THROWS_WITH(fcd_distribution(sums, FcdKind::sample),
                    "h.csv holds values beyond -1 and 1, so no sample of correlations: set fcd_kind to histogram or "
                    "cumulative");
  CHECK_THROWS_WITH(fcd_distribution({2, 1, {3, 1}, {}, {}, "h.csv"}, FcdKind::cumulative),
                    "h.csv is no cumulative histogram: it must ascend from 0 to the number of values");
  CHECK_THROWS_WITH(fcd_distribution({2, 1, {3, -1}, {}, {}, "h.csv"}, FcdKind::histogram),
                    "h.csv is no histogram: counts cannot be negative, nor all 0");
}

TEST_CASE("fc_fit: dynamics are compared with measured ones, windows in whole samples") {
  TestFolder dir;
  auto made = sines(10);
  auto p = of_activity();
  p.fc_file = dir.matrix("fc.csv", square(fc_of_phases), 5);
  p.fcd_file = dir.matrix("fcd.csv", std::vector<double>{0.2, 0.4, 0.6, 0.8}, 4);
  p.fcd_window_ms = 40.3, p.fcd_step_ms = 39.8;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("fcd_mean"), 1, 0, 1e-9);
  CHECK_CLOSE(kept.value("fcd_sd"), 0, 0, 1e-6);
  CHECK_CLOSE(kept.value("fcd_ks"), 1, 0, 1e-12);
  p.fcd_test_file = dir.matrix("fcd_test.csv", std::vector<double>{0.5, 1, 1, 1}, 4);
  CapturedSink halves;
  analyze(made, p, halves);
  CHECK_CLOSE(halves.value("fcd_ks", "train"), 1, 0, 1e-12);
  CHECK(halves.value("fcd_ks", "test") < 1);
  p.fcd_window_ms = 1e6;
  CapturedSink brief;
  analyze(made, p, brief);
  CHECK(std::isnan(brief.value("fcd_ks", "train")));
  REQUIRE(brief.warnings.size() == 1);
  CHECK(has(brief.warnings[0], "too short for two windows of fcd_window_ms = 1000000"));
}

TEST_CASE("fc_fit: of BOLD, it compares the connectivity that core.bold reports") {
  TestFolder dir;
  std::vector<std::vector<double>> slow(5);
  for (int t = 0; t < 12000; ++t)
    for (size_t r = 0; r < 5; ++r) slow[r].push_back(0.5 + 0.4 * std::sin(2 * std::numbers::pi * t / 2000 + phase[r]));
  auto made = FakeRecording::of_regions(slow, 10);
  FcFit::Params p;
  p.burn_in_ms = 40000, p.tr_ms = 1000;
  p.fc_file = dir.matrix("fc.csv", square(fc_of_phases), 5);
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK(kept.value("fc_r") > 0.99);  // 20 s waves pass the vessels nearly undistorted
  CHECK_CLOSE(kept.value("fcd_mean"), 1, 0, 0.01);
}
