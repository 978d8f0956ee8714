// At which global coupling each region is expected to saturate, from its in-strength alone.
#pragma once
#include "../common/metrics.hpp"

namespace analysis {

struct SaturationPrediction {
  static constexpr eg::Info info{"core.saturation_prediction", "1.0.0",
                                 "coupling at which in-strength saturates a region"};
  struct Params {
    double critical_drive = 0.75, drive = 0, saturated_activity = 0.97;
    bool include_self = false;
    static constexpr auto fields =
        eg::list(eg::param("critical_drive", &Params::critical_drive, eg::any,
                           "input above which the node leaves its limit cycle for the saturated state"),
                 eg::param("drive", &Params::drive, eg::any, "input that the node has without coupling"),
                 eg::param("saturated_activity", &Params::saturated_activity, eg::range(1e-6, 1e6),
                           "activity of its saturated sources"),
                 eg::param("include_self", &Params::include_self,
                           "count the weight of a region onto itself as part of its in-strength"));
  } p;
  explicit SaturationPrediction(const Params& params) : p(params) {
    if (!(p.drive < p.critical_drive))
      throw std::invalid_argument("drive must be below critical_drive: else the node is saturated without coupling");
  }

  // predicted_saturation_coupling: of regions (critical_drive - drive) / (saturated_activity * in-strength), of groups
  // and the whole the largest of their regions. NaN where input never suffices. Array: the same, [R].
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const size_t n = rec.n_regions();
    if (rec.weights.size() != n * n || n == 0)
      throw std::invalid_argument(
          "the recording comes without the weights of a connectome: saturation_prediction needs one");
    std::vector<double> predicted;
    for (size_t i = 0; i < n; ++i) {
      double received = 0;
      for (size_t j = 0; j < n; ++j)
        if (i != j || p.include_self) received += rec.weights[i * n + j];
      predicted.push_back(received > 0 ? (p.critical_drive - p.drive) / (p.saturated_activity * received)
                                       : undetermined);
    }
    const char* const name = "predicted_saturation_coupling";
    out.array(name, predicted, {n}, "global coupling at which each region is expected to saturate");
    for (size_t r = 0; r < n; ++r) out.metric(name, "", "region:" + rec.region_label[r], predicted[r]);
    for (const auto& g : rec.groups()) out.metric(name, "", g, last(pick(predicted, rec.members(g))));
    out.metric(name, "", "", last(predicted));
  }

 private:
  // When all of them are saturated.
  static double last(const std::vector<double>& couplings) {
    double out = 0;
    for (const double g : couplings) out = std::isnan(g) || std::isnan(out) ? undetermined : std::max(out, g);
    return out;
  }
};

}  // namespace analysis
