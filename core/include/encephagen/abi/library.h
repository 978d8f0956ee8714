/* The entry of a plugin library: one exported constant data symbol. Reading it runs none of the author's code. */
#ifndef ENCEPHAGEN_ABI_LIBRARY_H_
#define ENCEPHAGEN_ABI_LIBRARY_H_
#include "base.h"
#include "batch.h"
#include "edge.h"
#include "unit.h"
#include "world.h"
#ifdef __cplusplus
extern "C" {
#endif

#define EG_MAGIC 0x4E504745u /* "EGPN" */
#define EG_ABI_MAJOR 1u      /* must be equal */
#define EG_ABI_MINOR 4u      /* the plugin's must not exceed the kernel's */
#define EG_ENTRY "eg_plugin_library"

enum { EG_SHAPE_UNIT = 0, EG_SHAPE_EDGE = 1, EG_SHAPE_WORLD = 2, EG_SHAPE_BATCH = 3 };

typedef struct eg_plugin {
  uint32_t size;
  uint32_t shape;
  const char* kind;    /* neuron, encoder, decoder, controller (since 1.3), plasticity, body, connectome, null_model,
                          analyzer */
  const char* name;    /* vendor.name */
  const char* version; /* major.minor.patch */
  const char* summary; /* one line */
  uint32_t n_params;
  uint32_t reserved;
  const eg_param* params;
  const void* table; /* eg_unit, eg_edge, eg_world or eg_batch */
} eg_plugin;

typedef struct eg_library {
  uint32_t magic; /* these first 16 bytes never change */
  uint16_t abi_major, abi_minor;
  uint32_t size;
  uint32_t n_plugins;
  const char* compiler;
  const eg_plugin* const* plugins;
} eg_library;

#ifdef __cplusplus
}
#endif
#endif
