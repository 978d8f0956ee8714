// What is known of the regions besides their connections, as metrics, so that claims can set activity against it.
#pragma once
#include "../common/metrics.hpp"

namespace analysis {

struct RegionAttributes {
  static constexpr eg::Info info{"core.region_attributes", "1.0.0",
                                 "the numeric attributes of the connectome's regions as metrics"};
  struct Params {
    static constexpr auto fields = eg::list();
  } p;
  explicit RegionAttributes(const Params& params) : p(params) {}

  // One metric per attribute with numbers, named like it; the mean over regions for groups and the whole. NaN where a
  // region has none.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    constexpr std::string_view prefix = "attribute.";
    size_t n = 0;
    for (const auto& array : rec.data.arrays()) {
      const std::string_view name = array.name;
      if (!name.starts_with(prefix) || array.element != EG_F64) continue;
      const auto values = rec.data.numbers(name);
      if (values.size() != rec.n_regions())
        throw std::invalid_argument("attribute '" + std::string(name.substr(prefix.size())) + "' has " +
                                    std::to_string(values.size()) + " values for " + std::to_string(rec.n_regions()) +
                                    " regions");
      write_metrics(out, rec, std::string(name.substr(prefix.size())).c_str(), "", values);
      ++n;
    }
    out.metric("n_attributes", "", "", static_cast<double>(n));
    if (n == 0)
      out.warning(
          "the connectome has no attribute with numbers: give it a region table (region_table or "
          "region_table_dataset)");
  }
};

}  // namespace analysis
