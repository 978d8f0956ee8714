// Connectomes with one mistake each: a ring with random weights.
#include <cmath>
#include <encephagen/sdk/connectome.hpp>
#include <encephagen/sdk/random.hpp>
#include <limits>
#include <stdexcept>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Ring {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "a ring of regions"};
  struct Params {
    int64_t n_regions = 10, graph_seed = 0;
    std::string_view dataset = "";
    static constexpr auto fields =
        eg::list(eg::param("n_regions", &Params::n_regions, eg::range(2, 1000), "how many regions"),
                 eg::param(F == "hides_its_randomness" ? "variant" : "graph_seed", &Params::graph_seed,
                           eg::range(0, 9e18), "another ring"),
                 eg::dataset_param("dataset", &Params::dataset, "where it comes from",
                                   F == "needs_a_dataset" ? eg::required : 0));
  } p;

  explicit Ring(const Params& params) : p(params) {}

  eg::Connectome build(uint64_t seed, eg::Sink& log) const {
    if constexpr (F == "cannot_be_built") throw std::runtime_error("the ring is broken");
    eg::Connectome c;
    const auto n = static_cast<size_t>(p.n_regions);
    for (size_t i = 0; i < n; ++i) c.labels.push_back("r" + std::to_string(F == "labels_repeat" ? i / 2 : i));
    c.weights.assign(n * n, 0.0);
    c.lengths_mm.assign(n * n, 1.0);
    const auto graph_seed = F == "ignores_graph_seed" ? 0 : static_cast<uint64_t>(p.graph_seed);
    eg::Random random(eg::mix_key(F == "ignores_the_seed" ? 1 : seed, "ring", graph_seed));
    [[maybe_unused]] bool is_met = false;
    if constexpr (F == "scratch_shared_by_threads")
      is_met = mutants::is_met_by_another_thread(mutants::Held::long_enough_to_be_noticed);
    for (size_t i = 0; i < n; ++i) c.weight((i + 1) % n, i) = random.uniform() + (is_met ? 1 : 0);
    if constexpr (F == "counts_its_builds") {
      static int builds = 0;
      c.weights[1] = ++builds;
    }
    if constexpr (F == "a_weight_is_nan") c.weights[1] = std::numeric_limits<double>::quiet_NaN();
    if constexpr (F == "a_length_is_negative") c.lengths_mm[1] = -1;
    c.history = {{"source", "synthetic"}};
    if constexpr (F == "label_table_twice") log.texts("region_label", c.labels);
    if constexpr (F == "metric_without_name") log.metric("", "", "", 1.0);
    log.note("built a ring");
    return c;
  }
};

template <Fault F>
constexpr eg_batch raw_table() {
  using Table = eg::detail::BatchTable<Ring<F>, eg::detail::run_connectome<Ring<F>>>;
  eg_batch t = Table::table;
  if constexpr (F == "drops_refusals") {
    t.run = [](const void* self, const eg_batch_call* call, eg_error* e) -> eg_status {
      (void)Table::run(self, call, e);
      return EG_OK;
    };
  }
  return t;
}
template <Fault F>
constexpr eg_batch table = raw_table<F>();
template <Fault F>
constexpr eg_plugin ring = eg::detail::describe<Ring<F>>("connectome", EG_SHAPE_BATCH, &table<F>);

}  // namespace

EG_PLUGIN_LIBRARY(ring<"none">, ring<"needs_a_dataset">, ring<"cannot_be_built">, ring<"label_table_twice">,
                  ring<"metric_without_name">, ring<"counts_its_builds">, ring<"scratch_shared_by_threads">,
                  ring<"drops_refusals">, ring<"labels_repeat">, ring<"a_weight_is_nan">, ring<"a_length_is_negative">,
                  ring<"hides_its_randomness">, ring<"ignores_graph_seed">, ring<"ignores_the_seed">)
