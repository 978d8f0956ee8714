/* The layout tables, measured by one compiler run: as C11 (layout_c11.c) and as C++ (abi_test.cpp). */
#ifndef ENCEPHAGEN_TESTS_ABI_LAYOUT_H_
#define ENCEPHAGEN_TESTS_ABI_LAYOUT_H_
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/* A field's offset, or the size of the whole struct where `field` is null. */
typedef struct layout_row {
  const char* structure;
  const char* field;
  size_t pinned, measured;
} layout_row;

extern const layout_row layout_as_c11[];
extern const size_t n_layout_as_c11;

#ifdef __cplusplus
}
#endif
#endif
