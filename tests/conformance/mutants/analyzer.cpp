// Analyzers with one mistake each: the mean of the signal in every region.
#include <encephagen/sdk/analyzer.hpp>
#include <limits>
#include <stdexcept>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Mean {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "the mean of the signal"};
  struct Params {
    double scale_factor = 1.0;
    static constexpr auto fields =
        eg::list(eg::param("scale_factor", &Params::scale_factor, eg::range(0.1, 10), "multiplies the mean"));
  } p;

  explicit Mean(const Params& params) : p(params) {}

  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    if constexpr (F == "loses_its_words") {
      if (!rec.has_signal()) throw std::invalid_argument("");
    }
    if (F != "believes_there_is_a_signal" && (!rec.has_signal() || rec.n_samples() == 0))
      throw std::invalid_argument("needs a signal");
    std::vector<double> mean(rec.n_regions(), std::numeric_limits<double>::quiet_NaN());
    const auto regions = rec.region_means();
    for (size_t r = 0; r < regions.size(); ++r) {
      double sum = 0;
      for (const double x : regions[r]) sum += x;
      if (!regions[r].empty()) mean[r] = p.scale_factor * sum / static_cast<double>(regions[r].size());
    }
    if constexpr (F == "believes_there_is_a_signal") mean[0] = rec.signal[0];
    if constexpr (F == "divides_by_the_spikes") mean[0] = 1 / static_cast<double>(rec.spike_time_ms.size());
    if constexpr (F == "metric_is_infinite") mean[0] = std::numeric_limits<double>::infinity();
    if constexpr (F == "reads_one_sample_too_many") {
      volatile double next = rec.signal.data()[rec.signal.size()];
      (void)next;
    }
    eg::region_and_group_metrics(out, rec, "mean", "", mean);
    if constexpr (F == "unknown_region") out.metric("mean", "", "region:Atlantis", 1.0);
    if constexpr (F == "unknown_group") out.metric("mean", "", "everybody", 1.0);
    if constexpr (F == "changes_the_recording") const_cast<double&>(rec.signal[0]) = 0;
  }
};

template <Fault F>
constexpr eg_plugin mean = eg::analyzer<Mean<F>>;

}  // namespace

EG_PLUGIN_LIBRARY(mean<"none">, mean<"believes_there_is_a_signal">, mean<"divides_by_the_spikes">,
                  mean<"loses_its_words">, mean<"metric_is_infinite">, mean<"unknown_region">, mean<"unknown_group">,
                  mean<"changes_the_recording">, mean<"reads_one_sample_too_many">)
