// A readout with an output, and one without, for the tests of the scenario language.
#include <encephagen/sdk/decoder.hpp>

namespace {

struct Readout {
  static constexpr eg::Info info{"test.readout", "1.0.0", "shows its input"};
  struct Params {
    double gain = 1;
    static constexpr auto fields = eg::list(eg::param("gain", &Params::gain, eg::range(0, 10), "factor on the input"));
  } p;
  enum { kY };
  static constexpr auto state = eg::list(eg::Column{"y", "what it shows"});
  static constexpr auto inputs = eg::list(eg::Port{"sum_mv", "weights that arrive", EG_ACCEPTS_SPIKES});
  static constexpr auto outputs = eg::list(eg::Output{"y", kY, "what it shows"});

  explicit Readout(const Params& params) : p(params) {}
  void init(eg::DecoderBlock& b) const { std::ranges::fill(b.state(kY), 0.0); }
  void step(eg::DecoderBlock& b) const {
    for (size_t i = 0; i < b.size(); ++i) b.state(kY)[i] = p.gain * b.input(0)[i];
  }
};

struct Sink {
  static constexpr eg::Info info{"test.sink", "1.0.0", "keeps its input to itself"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  enum { kY };
  static constexpr auto state = eg::list(eg::Column{"y", "what arrived"});
  static constexpr auto inputs = eg::list(eg::Port{"sum_mv", "weights that arrive", EG_ACCEPTS_SPIKES});

  explicit Sink(const Params&) {}
  void init(eg::DecoderBlock& b) const { std::ranges::fill(b.state(kY), 0.0); }
  void step(eg::DecoderBlock& b) const { std::ranges::copy(b.input(0), b.state(kY).begin()); }
};

}  // namespace

EG_PLUGIN_LIBRARY(eg::decoder<Readout>, eg::decoder<Sink>)
