// Runs a loop compiled for the widest registers the processor has.
#pragma once
#include <encephagen/sdk/math.hpp>

namespace core {

// Marks lambdas that are to become part of the loop they are given to.
#define CORE_LOOP __attribute__((always_inline))

namespace detail {

// The loop comes by value: what it captured is then local, and no store of the loop can be taken to change it.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
template <class Loop>
__attribute__((target("arch=x86-64-v4"))) void run_64(Loop loop) {
  loop.template run<64>();
}
template <class Loop>
__attribute__((target("arch=x86-64-v3"))) void run_32(Loop loop) {
  loop.template run<32>();
}
#endif
template <class Loop>
void run_16(Loop loop) {
  loop.template run<16>();
}

}  // namespace detail

// `loop.run<bytes>()` must be EG_INLINE.
template <class Loop>
void run_wide(Loop loop) {
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
  if (eg::lanes() == 8) return detail::run_64(loop);
  if (eg::lanes() == 4) return detail::run_32(loop);
#endif
  detail::run_16(loop);
}

}  // namespace core
