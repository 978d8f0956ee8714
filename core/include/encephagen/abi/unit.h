/* Unit shape: neurons and masses, encoders, decoders, controllers. Called over blocks of units whose memory the kernel
 * owns. */
#ifndef ENCEPHAGEN_ABI_UNIT_H_
#define ENCEPHAGEN_ABI_UNIT_H_
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

/* One contiguous run of units. state[c][i] belongs to unit i; arrays start on 64-byte boundaries only when the run
 * starts at unit 0. Where the run begins in its population is deliberately not told: results may not depend on it. */
typedef struct eg_unit_block {
  uint32_t size;
  uint32_t n;
  uint64_t step;                   /* number of steps done before this one */
  double t_ms, dt_ms;              /* time at the start of the step; its length */
  double* const* state;            /* [state column][unit], read and written */
  const double* const* input;      /* [input port][unit], the sum of what arrives during this step */
  const double* const* random;     /* [random column][unit] */
  const double* const* param;      /* [per-unit parameter, in declared order][unit] */
  const uint8_t* param_is_uniform; /* [per-unit parameter]: 1 if all units of the population share one value */
  const double* shared_in;         /* encoders, controllers: the observation vector; else null */
  double* shared_out; /* decoders, controllers: the action vector; else null. Decoders: empty in steps after
                         which no action is taken */
  uint32_t n_shared_in, n_shared_out;
  uint32_t* spikes;  /* neurons: room for n; write increasing indices of units that fire in this step */
  uint32_t n_spikes; /* neurons: written by step */
  uint32_t element;  /* since 1.1. EG_F64, or EG_F32: then state, input, random and param point to floats */
} eg_unit_block;

/* An encoder's outputs are added to ports of the units it feeds. A decoder's inputs are the activity of the units it
 * reads; it is given all of them in one block. A controller has one unit for each action, all in one block, no ports,
 * and steps once for each action; its dt_ms is the time an action lasts. */
typedef struct eg_unit {
  uint32_t size;
  uint32_t n_state, n_inputs, n_outputs, n_random;
  uint32_t can_spike;
  const eg_column* state;
  const eg_column* inputs;
  const eg_column* outputs;
  const eg_column* random;
  void* (*create)(const eg_value* values, eg_error* err);                   /* [main] null: refused, err says why */
  void (*destroy)(void* self);                                              /* [main] */
  eg_status (*init)(const void* self, eg_unit_block* block, eg_error* err); /* [worker] writes every state value */
  eg_status (*step)(const void* self, eg_unit_block* block, eg_error* err); /* [worker] advances by dt_ms */
  uint32_t elements; /* since 1.1. Bit EG_F64 (always) and bit EG_F32: which elements init and step can work on */
  uint32_t reserved;
} eg_unit;

#ifdef __cplusplus
}
#endif
#endif
