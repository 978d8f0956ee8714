// The hot loop of core.wilson_cowan, kept apart so that it is compiled for several instruction sets.
#pragma once
#include <cstddef>

namespace wilson_cowan {

enum { kE, kI };                                  // state
enum { kCoupling, kDriveE, kDriveI };             // input ports
enum { kNoiseE, kNoiseI, kInitialE, kInitialI };  // random columns
enum {
  kTauE,
  kTauI,
  kWee,
  kWei,
  kWie,
  kWii,
  kThresholdE,
  kThresholdI,
  kPE,
  kPI,
  kNoiseSd,
  kPerUnit
};  // per-unit parameters

// What may differ from unit to unit, [n] each. is_uniform: every parameter has one value for all units.
struct Columns {
  size_t n;
  double *e, *i;
  const double *coupling, *drive_e, *drive_i, *noise_e, *noise_i;
  const double* param[kPerUnit];
  bool is_uniform;
};

// What is the same for all.
struct Constants {
  double h_ms, slope_e, slope_i, kappa_i, refractory_e, refractory_i;
  bool is_offset, is_heun, is_clipped;
};

// One step of all units. The result of a unit depends on its own values only.
void advance(const Columns& columns, const Constants& constants);

// The same one unit after the other; the tests compare.
void advance_reference(const Columns& columns, const Constants& constants);

}  // namespace wilson_cowan
