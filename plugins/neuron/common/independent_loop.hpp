// Says before a loop that its iterations are independent: columns of a block never overlap. Compilers do not know that,
// and check too few pointers against each other to vectorise loops over many columns.
#pragma once

#if defined(__clang__)
#define CORE_INDEPENDENT_LOOP _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define CORE_INDEPENDENT_LOOP _Pragma("GCC ivdep")
#else
#define CORE_INDEPENDENT_LOOP
#endif
