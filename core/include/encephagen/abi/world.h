/* World shape: bodies and environments. The plugin keeps its world; actions, observations and snapshots are kernel
 * arrays. */
#ifndef ENCEPHAGEN_ABI_WORLD_H_
#define ENCEPHAGEN_ABI_WORLD_H_
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

typedef struct eg_channel {
  uint32_t size;
  uint32_t
      n_choices;    /* 0: a number in [low, high]; else a choice 0 .. n_choices-1, low and high are 0 and n_choices-1 */
  const char* name; /* its suffix is its unit */
  const char* doc;
  double low, high; /* inclusive */
} eg_channel;

/* Valid until the world is destroyed; may depend on its parameters. */
typedef struct eg_spaces {
  uint32_t size;
  uint32_t n_observations, n_actions, n_rewards;
  const eg_channel* observations;
  const eg_channel* actions;
  const eg_channel* rewards; /* named reward terms; the reward is their sum */
  double dt_ms;              /* the world's own step; `advance` takes whole multiples of it */
  /* since 1.3 */
  uint32_t n_disturbances, n_poses;
  const eg_channel* disturbances; /* what acts on the world besides its actions: pushes, a floor that tilts */
  const eg_channel* poses;        /* where its parts are, for those who draw it */
  const char* scene;              /* how they look, as JSON (docs/reference/scene.md); "" or null: not to be drawn */
} eg_spaces;

typedef struct eg_outcome {
  uint32_t size;
  uint32_t terminated; /* the task ended (fell, reached the target) */
  uint32_t truncated;  /* a limit of time or steps ended it */
  uint32_t diverged;   /* the physics broke down */
  double* observation; /* [n_observations], written */
  double* reward;      /* [n_rewards], written: what was earned since the last observe */
  char reason[256];    /* written when any of the three is set */
  double* pose;        /* since 1.3. [n_poses], written; null: not wanted */
} eg_outcome;

typedef struct eg_world {
  uint32_t size;
  void* (*create)(const eg_value* values, eg_error* err);                            /* [main] */
  void (*destroy)(void* self);                                                       /* [main] */
  eg_status (*spaces)(const void* self, eg_spaces* out, eg_error* err);              /* [main] */
  eg_status (*reset)(void* self, uint64_t seed, eg_error* err);                      /* [worker] one thread per world */
  eg_status (*act)(void* self, const double* action, eg_error* err);                 /* [worker] */
  eg_status (*advance)(void* self, double duration_ms, eg_error* err);               /* [worker] */
  eg_status (*observe)(void* self, eg_outcome* out, eg_error* err);                  /* [worker] */
  uint64_t (*save_size)(const void* self);                                           /* [worker] */
  eg_status (*save)(const void* self, void* bytes, uint64_t n_bytes, eg_error* err); /* [worker] bitwise */
  eg_status (*load)(void* self, const void* bytes, uint64_t n_bytes, eg_error* err); /* [worker] */
  /* since 1.3. [worker] [n_disturbances], in force until the next call; a reset takes them all to 0. Null if there are
   * none. */
  eg_status (*disturb)(void* self, const double* disturbance, eg_error* err);
} eg_world;

#ifdef __cplusplus
}
#endif
#endif
