/* Batch shape: connectomes, null models, analyzers. One call over a dataset, results through a sink. */
#ifndef ENCEPHAGEN_ABI_BATCH_H_
#define ENCEPHAGEN_ABI_BATCH_H_
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

enum { EG_NOTE = 0, EG_WARNING = 1 };

typedef struct eg_metric {
  uint32_t size;
  uint32_t reserved;
  const char* name;  /* its suffix is its unit: "timescale_ms" */
  const char* unit;  /* "ms"; "" if it has none */
  const char* group; /* "": the whole network; "region:LABEL": one region; else the name of a group */
  double value;      /* NaN: could not be determined */
} eg_metric;

/* The kernel copies what it is given before the call returns. Calls may fail (disk full): pass the status on. */
typedef struct eg_sink {
  uint32_t size;
  uint32_t reserved;
  void* context;
  eg_status (*array)(void* context, const eg_array* array, eg_error* err);
  eg_status (*metric)(void* context, const eg_metric* metric, eg_error* err);
  eg_status (*message)(void* context, uint32_t severity, const char* text, eg_error* err);
} eg_sink;

typedef struct eg_batch_call {
  uint32_t size;
  uint32_t reserved;
  uint64_t seed;           /* the only source of randomness */
  const eg_dataset* input; /* what the kind's contract says, see batch datasets in the reference */
  const eg_sink* sink;
} eg_batch_call;

typedef struct eg_batch {
  uint32_t size;
  uint32_t reserved;
  void* (*create)(const eg_value* values, eg_error* err);                       /* [main] */
  void (*destroy)(void* self);                                                  /* [main] */
  eg_status (*run)(const void* self, const eg_batch_call* call, eg_error* err); /* [worker] */
} eg_batch;

#ifdef __cplusplus
}
#endif
#endif
