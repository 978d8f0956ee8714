/* Edge shape: plasticity rules. Called for the synapses of one unit at a time, on events. */
#ifndef ENCEPHAGEN_ABI_EDGE_H_
#define ENCEPHAGEN_ABI_EDGE_H_
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

/* The synapses of one unit (`unit`): all its outgoing ones at a presynaptic event, all its incoming ones at a
 * postsynaptic event. Synapse k is number edge[k] of the projection (or first_edge + k where edge is null) and leads to
 * or comes from unit other[k] of the population on the other side. Trace columns cover whole populations and are
 * decayed by the rule itself, lazily: trace_t_ms holds the time each unit's traces were last brought up to date. */
typedef struct eg_edge_block {
  uint32_t size;
  uint32_t n;
  double t_ms, dt_ms; /* time of the event; length of a step */
  uint32_t unit;
  uint32_t reserved;
  uint64_t first_edge;
  const uint64_t* edge;           /* [n] or null */
  const uint32_t* other;          /* [n] */
  double* weight;                 /* [synapse of the projection] */
  double* const* edge_state;      /* [edge column][synapse of the projection] */
  double* const* pre;             /* [pre trace column][presynaptic unit] */
  double* const* post;            /* [post trace column][postsynaptic unit] */
  double* pre_t_ms;               /* [presynaptic unit] */
  double* post_t_ms;              /* [postsynaptic unit] */
  const double* const* post_port; /* [required postsynaptic state][postsynaptic unit] */
  const double* modulator;        /* [modulator] */
} eg_edge_block;

typedef struct eg_edge {
  uint32_t size;
  uint32_t n_edge_state, n_pre, n_post, n_post_ports, n_modulators;
  const eg_column* edge_state;
  const eg_column* pre;
  const eg_column* post;
  const char* const* post_ports;                          /* names of state columns the postsynaptic neuron must have */
  const char* const* modulators;                          /* names of signals the scenario must provide */
  double (*update_every_ms)(const void* self);            /* [main] 0: `update` is never called */
  void* (*create)(const eg_value* values, eg_error* err); /* [main] */
  void (*destroy)(void* self);                            /* [main] */
  eg_status (*init)(const void* self, eg_edge_block* outgoing, eg_error* err);       /* [worker] */
  eg_status (*pre_spike)(const void* self, eg_edge_block* outgoing, eg_error* err);  /* [worker] after delivery */
  eg_status (*post_spike)(const void* self, eg_edge_block* incoming, eg_error* err); /* [worker] */
  eg_status (*update)(const void* self, eg_edge_block* incoming, eg_error* err);     /* [worker] periodic */
} eg_edge;

#ifdef __cplusplus
}
#endif
#endif
