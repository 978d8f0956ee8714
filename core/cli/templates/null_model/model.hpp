// The same network with the regions in other places; construction in README.md.
#pragma once
#include <encephagen/sdk/null_model.hpp>
#include <encephagen/sdk/random.hpp>
#include <map>
#include <stdexcept>
#include <string>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0", "keeps the network, exchanges the places of regions in it"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser.
  struct Params {
    std::string_view within = "";
    static constexpr auto fields =
        eg::list(eg::param("within", &Params::within,
                           "attribute of the regions: they change places with regions of the same value "
                           "only; none: with all"));
  } p;

  explicit PluginName(const Params& params) : p(params) {}

  // What is kept is what the null hypothesis says: all weights and every property of the graph, but not which region
  // has which connections. All randomness comes from the seed; metrics go out through `log`.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const size_t n = real.size();
    std::vector<size_t> place(n);  // the region whose connections region i gets
    for (size_t i = 0; i < n; ++i) place[i] = i;
    eg::Random random(seed, info.name);
    for (const auto& [value, regions] : classes(real)) {
      auto shuffled = regions;
      random.shuffle(std::span(shuffled));
      for (size_t k = 0; k < regions.size(); ++k) place[regions[k]] = shuffled[k];
    }

    eg::Connectome null = real;  // labels, lengths and centres stay: regions do not move in space
    size_t n_moved = 0;
    for (size_t i = 0; i < n; ++i) {
      n_moved += place[i] != i;
      for (size_t j = 0; j < n; ++j) null.weight(i, j) = real.weight(place[i], place[j]);
    }
    if (n_moved == 0) log.warning("no region changed its place: the surrogate is the real connectome");
    // In words that the conformance kit knows and holds every surrogate against.
    null.history.emplace_back("keeps", "edge_count weights symmetry");
    null.history.emplace_back("null_model", std::string(info.name) + ": " + std::to_string(n_moved) + " regions moved");
    log.metric("moved_regions_share", "", "", static_cast<double>(n_moved) / static_cast<double>(n));
    return null;
  }

 private:
  // The regions of each value of the attribute.
  std::map<std::string, std::vector<size_t>> classes(const eg::Connectome& real) const {
    std::map<std::string, std::vector<size_t>> out;
    const auto* attribute = p.within.empty() ? nullptr : real.attribute(p.within);
    if (!p.within.empty() && (!attribute || attribute->texts.empty()))
      throw std::invalid_argument("within = '" + std::string(p.within) +
                                  "': the connectome has no such attribute in words");
    for (size_t i = 0; i < real.size(); ++i) out[attribute ? attribute->texts[i] : ""].push_back(i);
    return out;
  }
};

}  // namespace vendor
