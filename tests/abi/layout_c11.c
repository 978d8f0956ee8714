/* The plugin contract as a plain C11 compiler sees it: this file shows that it compiles as such, and measures it. */
#include <encephagen/abi/library.h>

#include "layout.h"

const layout_row layout_as_c11[] = {
#define EG_STRUCT(type, size) {#type, NULL, size, sizeof(type)},
#define EG_FIELD(type, field, offset) {#type, #field, offset, offsetof(type, field)},
#include "layout_1_4.inc"
#undef EG_STRUCT
#undef EG_FIELD
};
const size_t n_layout_as_c11 = sizeof layout_as_c11 / sizeof layout_as_c11[0];
