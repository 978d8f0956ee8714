// Null models with one mistake each: weights dealt out anew among the connections.
#include <encephagen/sdk/null_model.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Shuffle {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "shuffled weights"};
  struct Params {
    double share = 1.0;
    static constexpr auto fields =
        eg::list(eg::param("share", &Params::share, eg::range(0.5, 1), "of the weights that are dealt out anew"));
  } p;

  explicit Shuffle(const Params& params) : p(params) {}

  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    if constexpr (F == "takes_symmetric_graphs_only") {
      for (size_t i = 0; i < real.size(); ++i)
        for (size_t j = 0; j < i; ++j)
          if (real.weight(i, j) != real.weight(j, i)) throw std::invalid_argument("needs a symmetric connectome");
    }
    eg::Connectome c = real;
    if constexpr (F == "forgets_lengths") c.lengths_mm.clear();
    if constexpr (F == "renames_a_region") c.labels[0] = "other";
    eg::Random random(F == "ignores_the_seed" ? 1 : seed, "shuffle");
    std::vector<double> weights;
    for (const double w : c.weights)
      if (w != 0) weights.push_back(w);
    const auto n = static_cast<size_t>(p.share * static_cast<double>(weights.size()));
    random.shuffle(std::span(weights).first(n));
    size_t k = 0;
    for (double& w : c.weights)
      if (w != 0) w = weights[k++];
    const char* kept = F == "says_nothing"              ? ""
                       : F == "misspells_what_it_keeps" ? "edges weight"
                       : F == "promises_too_much"       ? "edges weights in_strengths"
                                                        : "edges weights self_loops";
    if (*kept) c.history.emplace_back("keeps", kept);
    log.metric("shuffled_count", "", "", static_cast<double>(n));
    return c;
  }
};

template <Fault F>
constexpr eg_plugin shuffle = eg::null_model<Shuffle<F>>;

}  // namespace

EG_PLUGIN_LIBRARY(shuffle<"none">, shuffle<"takes_symmetric_graphs_only">, shuffle<"forgets_lengths">,
                  shuffle<"renames_a_region">, shuffle<"ignores_the_seed">, shuffle<"says_nothing">,
                  shuffle<"misspells_what_it_keeps">, shuffle<"promises_too_much">)
