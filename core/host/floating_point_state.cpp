// How a thread computes: rounding direction, flush-to-zero, trapped exceptions.
#include "host/floating_point_state.hpp"

#include <cfenv>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace encephagen {
namespace {

#if defined(__x86_64__)
constexpr uint64_t kFlags = 0x3F, kFlush = 0x8040, kRounding = 0x6000;
#elif defined(__aarch64__)
constexpr uint64_t kFlags = 0, kFlush = 0x1000000, kRounding = 0xC00000;
#else
constexpr uint64_t kFlags = 0, kFlush = 0, kRounding = ~uint64_t{0};
#endif

}  // namespace

FloatingPointState::FloatingPointState() {
#if defined(__x86_64__)
  control_ = _mm_getcsr() & ~kFlags;
  __asm__ volatile("fnstcw %0" : "=m"(x87_));
#elif defined(__aarch64__)
  __asm__ volatile("mrs %0, fpcr" : "=r"(control_));
#else
  control_ = static_cast<uint64_t>(std::fegetround());
#endif
}

std::string FloatingPointState::difference() const {
  const FloatingPointState now;
  const uint64_t changed = now.control_ ^ control_;
  if ((changed & kFlush) != 0) return "flush-to-zero of very small numbers";
  if ((changed & kRounding) != 0) return "the rounding direction";
  if (changed != 0) return "which floating-point exceptions trap";
  if (now.x87_ != x87_) return "the precision or rounding of long double";
  return "";
}

void FloatingPointState::restore() const {
#if defined(__x86_64__)
  _mm_setcsr(static_cast<unsigned>(control_ | (_mm_getcsr() & kFlags)));
  __asm__ volatile("fldcw %0" : : "m"(x87_));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(control_));
#else
  std::fesetround(static_cast<int>(control_));
#endif
}

FlushSubnormals::FlushSubnormals() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | static_cast<unsigned>(kFlush));
#elif defined(__aarch64__)
  uint64_t control = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | kFlush));
#endif
}

}  // namespace encephagen
