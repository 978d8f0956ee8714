// core.isi_cv on trains and renewal processes whose irregularity is known.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numeric>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

std::vector<double> train_of(const std::vector<double>& isi) {
  std::vector<double> out{1};
  for (const double i : isi) out.push_back(out.back() + i);
  return out;
}

// Gamma renewal process of whole order: the sum of `order` exponential intervals.
std::vector<double> gamma_train(int order, double mean_ms, size_t n, eg::Random& random) {
  std::vector<double> isi(n, 0.0);
  for (double& i : isi)
    for (int k = 0; k < order; ++k) i -= mean_ms / order * std::log(random.uniform());
  return train_of(isi);
}

// Units of a recording from their trains.
FakeRecording recording_of(const std::vector<std::vector<double>>& trains, std::vector<int64_t> unit_region) {
  FakeRecording made;
  made.spike_unit_region = std::move(unit_region);
  std::vector<std::pair<double, int64_t>> spikes;
  for (size_t u = 0; u < trains.size(); ++u)
    for (const double t : trains[u]) spikes.emplace_back(t, static_cast<int64_t>(u));
  std::ranges::sort(spikes);
  for (const auto& [t, u] : spikes) made.spike_time_ms.push_back(t), made.spike_unit.push_back(u);
  made.to_ms = spikes.empty() ? 1 : spikes.back().first;
  return made;
}

void analyze(FakeRecording& made, const IsiCv::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  IsiCv(p).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("isi_cv: intervals that alternate between two lengths have exact values") {
  const auto train = train_of({30, 10, 30, 10, 30, 10, 30, 10});
  CHECK_CLOSE(isi_cv(train), 0.5, 1e-14, 0);      // SD 10, mean 20
  CHECK_CLOSE(isi_cv2(train), 1.0, 1e-14, 0);     // 2 * 20 / 40
  CHECK_CLOSE(isi_lv(train), 3.0 / 4, 1e-14, 0);  // 3 (20 / 40)^2
  CHECK_CLOSE(isi_cv(train_of({7, 7, 7})), 0.0, 0, 1e-12);
  CHECK(isi_cv2(train_of({7, 7, 7})) == 0);
  CHECK(std::isnan(isi_cv2(train_of({7}))));
}

TEST_CASE("isi_cv: gamma processes of order k have CV 1/sqrt(k) and LV 3/(2k+1), Poisson trains CV2 of 1") {
  eg::Random random(1, "gamma");
  for (const int order : {1, 2, 5}) {
    const auto train = gamma_train(order, 50, 100000, random);
    CHECK_CLOSE(isi_cv(train), 1 / std::sqrt(order), 0.015, 0);
    CHECK_CLOSE(isi_lv(train), 3.0 / (2 * order + 1), 0.015, 0);
    if (order == 1) CHECK_CLOSE(isi_cv2(train), 1.0, 0.01, 0);
  }
}

TEST_CASE("isi_cv: a jump of the rate inflates CV but neither CV2 nor LV") {
  eg::Random random(2, "drift");
  auto train = gamma_train(4, 10, 20000, random);
  const double jump_ms = train.back();
  for (const double t : gamma_train(4, 100, 20000, random)) train.push_back(jump_ms + t);
  CHECK(isi_cv(train) > 1.0);  // 0.5 for each part
  CHECK_CLOSE(isi_lv(train), 1.0 / 3, 0.03, 0);
  const auto one_rate = gamma_train(4, 10, 40000, random);
  CHECK_CLOSE(isi_cv2(train), isi_cv2(one_rate), 0.02, 0);
}

TEST_CASE("isi_cv: medians, means and numbers are over the units of a region, a group and the whole") {
  const std::vector<double> regular(10, 20.0), alternating{30, 10, 30, 10, 30, 10, 30, 10, 30, 10}, short_one(9, 20.0);
  auto made = recording_of({train_of(regular), train_of(alternating), train_of(alternating), train_of(short_one)},
                           {0, 0, 0, 1});
  made.labels = {"A", "B", "C"};
  made.groups = {"g", "g", "h"};
  CapturedSink kept, all;
  analyze(made, {}, kept);
  CHECK_CLOSE(kept.value("isi_cv_mean", "region:A"), 1.0 / 3, 1e-12, 0);
  CHECK_CLOSE(kept.value("isi_cv_median", "region:A"), 0.5, 1e-12, 0);
  CHECK_CLOSE(kept.value("isi_lv_mean", "g"), 0.5, 1e-12, 0);
  CHECK_CLOSE(kept.value("isi_cv2_mean"), 2.0 / 3, 1e-12, 0);
  CHECK(kept.value("isi_units", "region:A") == 3);
  CHECK(kept.value("isi_units", "region:B") == 0);  // 9 intervals are one too few
  CHECK(std::isnan(kept.value("isi_cv_median", "region:B")));
  CHECK(std::isnan(kept.value("isi_cv_mean", "h")));
  CHECK(kept.arrays.at("isi_cv").shape == std::vector<uint64_t>{4});
  CHECK(std::isnan(kept.arrays.at("isi_lv").numbers[3]));
  analyze(made, {9}, all);
  CHECK(all.value("isi_units") == 4);
  CHECK_CLOSE(all.value("isi_cv_mean"), 0.25, 1e-12, 0);
}

TEST_CASE("isi_cv: a recording without spikes is refused") {
  auto made = FakeRecording::of_regions({{1, 2, 3}}, 1);
  CapturedSink kept;
  CHECK_THROWS_WITH(analyze(made, {}, kept), "the recording holds no spikes: record the spikes of a population");
}
