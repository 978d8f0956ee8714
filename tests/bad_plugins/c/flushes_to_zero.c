/* Opening the library changes how the process computes, as gcc before 13 makes every library do that is linked with
 * -ffast-math. */
#if defined(__x86_64__)
#include <xmmintrin.h>
__attribute__((constructor)) static void flush_to_zero(void) { _mm_setcsr(_mm_getcsr() | 0x8040u); }
#else
#include <fenv.h>
__attribute__((constructor)) static void flush_to_zero(void) { fesetround(FE_UPWARD); }
#endif
#include "plugin.h"
