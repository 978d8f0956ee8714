// How a thread computes: rounding direction, flush-to-zero, trapped exceptions. Plugins must leave it alone.
#pragma once
#include <cstdint>
#include <string>

namespace encephagen {

// The control words of the calling thread at one moment, without the sticky exception flags.
class FloatingPointState {
 public:
  FloatingPointState();
  // What is different now, for a message: "flush-to-zero", "the rounding direction", ...; "" if nothing is.
  std::string difference() const;
  // Puts this state back; the sticky exception flags stay as they are.
  void restore() const;

 private:
  uint64_t control_ = 0;  // MXCSR or FPCR
  uint16_t x87_ = 0;      // long double on x86
};

// While it lives, the calling thread takes numbers too small for full precision (below 1e-38 in single precision) for
// zero. Currents that decay end there sooner or later, and processors need a hundred times as long for such numbers.
class FlushSubnormals {
 public:
  FlushSubnormals();
  ~FlushSubnormals() { before_.restore(); }
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  FloatingPointState before_;
};

}  // namespace encephagen
