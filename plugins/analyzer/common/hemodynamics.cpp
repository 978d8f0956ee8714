// The balloon-Windkessel model of many regions, in packs of as many as the processor computes at once.
#include "hemodynamics.hpp"

namespace analysis {
namespace {

template <class T>
EG_INLINE void respond_in_packs_of(const BoldRun& run) {
  const Hemodynamics model = *run.model;
  for (size_t column = 0; column < run.n_columns; column += eg::lanes_of<T>) {
    Hemodynamics::StateOf<T> x;
    T highest = x.f, lowest = x.f;
    const auto fall = [&](const T& y) __attribute__((always_inline)) {
      lowest = y >= lowest ? lowest : y;
    };  // keeps NaN
    for (size_t k = 0; k < run.n_steps; ++k) {
      double* const at = run.values + k * run.n_columns + column;
      const T z = eg::load<T>(at);
      for (size_t part = 0; part < run.n_parts; ++part) model.step(x, z, run.part_s);
      highest = x.f > highest ? x.f : highest;
      fall(x.f), fall(x.v), fall(x.q);
      eg::store(at, model.bold(x));
    }
    eg::store(run.highest_flow + column, highest);
    eg::store(run.lowest + column, lowest);
  }
}
EG_DISPATCH(respond_in_packs, (const BoldRun& run), (run))

}  // namespace

void respond(const BoldRun& run) { respond_in_packs(run); }

}  // namespace analysis
