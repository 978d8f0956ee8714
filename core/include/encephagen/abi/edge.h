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
 * decayed by the rule itself, lazily: trace_t_ms holds the time each unit's traces were last brought up to date.
 *
 * Presynaptic units are branches of axons: the synapses of one source that share a delay. All of them see a spike at
 * one time, that of its arrival, so one trace serves them all. A kernel may split a projection by targets and call a
 * rule for every part: a presynaptic event then comes once for each part, each with its own copy of the branch's
 * traces, and a rule must not reckon over the synapses of a branch. All incoming synapses of a unit are in one part. */
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
  /* since 1.2 */
  double* transmitted; /* [n]; `transmit`: what each synapse is about to add to its target's port; else null */
  /* `update` of a rule that keeps histories; the steps are those since the update before. */
  uint32_t n_history, reserved2;
  double* const* post_history; /* [required postsynaptic state][step], of `unit` after the step; free to overwrite */
  const uint64_t* pre_history_begin;      /* [presynaptic unit .. n] into pre_history */
  const uint32_t* pre_history;            /* steps in which spikes arrived, increasing for each unit */
  const double* const* modulator_history; /* [modulator][step] */
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
  /* Since 1.2 each of these but init may be null. */
  eg_status (*init)(const void* self, eg_edge_block* outgoing, eg_error* err);       /* [worker] */
  eg_status (*pre_spike)(const void* self, eg_edge_block* outgoing, eg_error* err);  /* [worker] after delivery */
  eg_status (*post_spike)(const void* self, eg_edge_block* incoming, eg_error* err); /* [worker] */
  eg_status (*update)(const void* self, eg_edge_block* incoming, eg_error* err);     /* [worker] periodic */
  /* since 1.2 */
  uint32_t keeps_history; /* `update` sees the histories */
  uint32_t reserved;
  eg_status (*transmit)(const void* self, eg_edge_block* outgoing, eg_error* err); /* [worker] before delivery */
  eg_status (*sweep)(const void* self, eg_edge_block* part,
                     eg_error* err); /* [worker] periodic, before `update`: runs of
                                        synapses in order of storage; no unit */
} eg_edge;

#ifdef __cplusplus
}
#endif
#endif
