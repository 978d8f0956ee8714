// create throws; the SDK turns it into words.
#include <encephagen/sdk/neuron.hpp>
#include <stdexcept>

namespace {
struct Throws {
  static constexpr eg::Info info{"test.throws", "1.0.0", "throws when it is created"};
  struct Params {
    double at_ms = 0;
    static constexpr auto fields =
        eg::list(eg::param("at_ms", &Params::at_ms, eg::range(0, 10), "0: in create, else in step"));
  } p;
  enum { kX };
  static constexpr auto state = eg::list(eg::Column{"x", "does nothing"});
  static constexpr auto inputs = eg::list(eg::Column{"drive", "does nothing"});
  explicit Throws(const Params& params) : p(params) {
    if (p.at_ms == 0) throw std::runtime_error("matrix is singular");
  }
  void init(eg::NeuronBlock& b) const { std::ranges::fill(b.state(kX), 0.0); }
  void step(eg::NeuronBlock&) const { throw 42; }
};
}  // namespace
EG_PLUGIN_LIBRARY(eg::neuron<Throws>)
