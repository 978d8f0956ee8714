// What predicts measured functional connectivity without any simulation: the weights, linear noise on them, distance.
#pragma once
#include <functional>

#include "../common/fc_agreement.hpp"
#include "linear_models.hpp"

namespace analysis {

struct FcBaselines {
  static constexpr eg::Info info{"core.fc_baselines", "1.0.0",
                                 "measured functional connectivity predicted by the connectome alone"};
  struct Params : EmpiricalParams {
    static constexpr auto fields = empirical_fields;
  } p;
  explicit FcBaselines(const Params& params) : p(params) {
    files::one_of("fc_dataset", p.fc_dataset, "fc_file", p.fc_file, true);
  }

  // Metrics: those of write_agreement with the suffixes _sc, _ou, _sar, _distance; what was fitted: fc_coupling_ou,
  // fc_coupling_sar, fc_distance_mm. The signal is not looked at.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    if (rec.weights.empty()) throw std::invalid_argument("the run has no connectome: add a [connectome] table");
    const auto measured = read_empirical_fc(rec, p, out);
    const RegionPairs pairs(rec);
    const size_t n = rec.n_regions();
    const auto score = [&](const std::vector<double>& prediction) {
      const auto fc = paired_fc(prediction, measured.front(), pairs, n);
      const double r = pearson(fc.predicted, fc.measured);
      return std::isfinite(r) ? r : -2.0;
    };
    const auto write = [&](const std::vector<double>& prediction, const char* suffix) {
      for (const auto& m : measured) write_agreement(out, paired_fc(prediction, m, pairs, n), suffix, m.name);
    };

    write({rec.weights.begin(), rec.weights.end()}, "_sc");

    const LinearModels models(rec.weights, n);
    const auto ou = [&](double g) { return correlation_of(models.ou_covariance(g), n); };
    const auto sar = [&](double g) { return correlation_of(models.sar_covariance(g), n); };
    const double g_ou = best_coupling([&](double g) { return score(ou(g)); });
    const double g_sar = best_coupling([&](double g) { return score(sar(g)); });
    out.metric("fc_coupling_ou", "", "", g_ou);
    out.metric("fc_coupling_sar", "", "", g_sar);
    write(ou(g_ou), "_ou");
    write(sar(g_sar), "_sar");

    if (!pairs.has_distances()) {
      out.note("the connectome has neither centres nor tract lengths: there is no baseline of distance");
      return;
    }
    const auto decay = [&](double lambda_mm) {
      std::vector<double> prediction(n * n);
      for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) prediction[i * n + j] = std::exp(-pairs.distance_mm(i, j) / lambda_mm);
      return prediction;
    };
    const double lambda_mm = best_of(distances_mm(), [&](double l) { return score(decay(l)); });
    out.metric("fc_distance_mm", "mm", "", lambda_mm);
    write(decay(lambda_mm), "_distance");
  }

 private:
  // In units of the coupling at which the linear models lose their stability: twentieths, then hundredths about the
  // best of them, at most 0.99.
  static double best_coupling(const std::function<double(double)>& score) {
    std::vector<double> coarse, fine;
    for (int k = 5; k < 100; k += 5) coarse.push_back(k / 100.0);
    const int best = static_cast<int>(std::lround(100 * best_of(coarse, score)));
    for (int k = best - 4; k <= std::min(best + 4, 99); ++k) fine.push_back(k / 100.0);
    return best_of(fine, score);
  }
  // 2 to about 500 mm, each 10 % above the one before.
  static std::vector<double> distances_mm() {
    std::vector<double> out{2};
    while (out.back() < 500) out.push_back(1.1 * out.back());
    return out;
  }

  static double best_of(const std::vector<double>& candidates, const std::function<double(double)>& score) {
    double best = candidates.front(), best_score = score(best);
    for (size_t k = 1; k < candidates.size(); ++k)
      if (const double s = score(candidates[k]); s > best_score) best = candidates[k], best_score = s;
    return best;
  }
};

}  // namespace analysis
