/* Words shared by every part of the plugin contract: status, error text, parameters, columns, arrays.
 *
 * Rules that hold for every line of this folder:
 *   - plain C11, no dependency but the C standard headers;
 *   - a struct that may grow starts with its own `size` and only ever grows at its end;
 *   - the kernel allocates and frees every array; a plugin only reads and writes them;
 *   - no call may throw, exit, print, or keep a pointer after it returned;
 *   - text is UTF-8, zero-terminated, owned by whoever passed it;
 *   - [main] calls come from one thread at a time, [worker] calls from any number of threads at once. */
#ifndef ENCEPHAGEN_ABI_BASE_H_
#define ENCEPHAGEN_ABI_BASE_H_
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t eg_status;
enum { EG_OK = 0, EG_FAILED = 1 };

/* Filled by the callee when it returns anything but EG_OK. Owned by the caller. */
typedef struct eg_error {
  char text[1024];
} eg_error;

/* ---- parameters ------------------------------------------------------------------------------- */

enum {
  EG_NUMBER = 0,      /* double                                   -> eg_value.number  */
  EG_INTEGER = 1,     /* int64                                    -> eg_value.integer */
  EG_FLAG = 2,        /* true or false                            -> eg_value.integer */
  EG_TEXT = 3,        /* any text                                 -> eg_value.text    */
  EG_CHOICE = 4,      /* one of eg_param.choices                  -> eg_value.integer is the index */
  EG_FILE = 5,        /* path; the kernel makes it absolute       -> eg_value.text    */
  EG_DATASET = 6,     /* id in a data manifest; the kernel turns it into an absolute path -> eg_value.text */
  EG_NUMBER_LIST = 7, /*                                          -> eg_value.numbers, count */
  EG_TEXT_LIST = 8    /*                                          -> eg_value.texts, count   */
};

/* A number flagged so may differ from unit to unit; its values then stand in eg_unit_block.param. */
enum { EG_PARAM_PER_UNIT = 1u, EG_PARAM_REQUIRED = 2u };

typedef struct eg_value {
  double number;
  int64_t integer;
  const char* text; /* never null for text types */
  const double* numbers;
  const char* const* texts;
  uint64_t count;
} eg_value;

typedef struct eg_param {
  uint32_t size;
  uint32_t type;
  uint32_t flags;
  uint32_t n_choices;
  const char* name; /* the TOML key; its suffix is its unit */
  const char* doc;  /* one sentence */
  const char* const* choices;
  double low, high; /* inclusive range of numbers, and of each element of a number list */
  eg_value preset;  /* the default */
} eg_param;

/* ---- columns: one value per unit or per edge, owned by the kernel -------------------------------- */

enum { EG_F64 = 0, EG_F32 = 1, EG_I64 = 2, EG_U32 = 3, EG_TEXT_ELEMENT = 4 };

/* What a random column is filled with before each step (counter-based: keyed by seed, population, column, unit, step).
 */
enum { EG_RANDOM_NONE = 0, EG_RANDOM_NORMAL = 1, EG_RANDOM_UNIFORM = 2, EG_RANDOM_POISSON = 3 };

/* Whom a random value is for (eg_column.accepts of a random column, since 1.2). */
enum {
  EG_RANDOM_PER_UNIT = 0, /* every unit has its own */
  EG_RANDOM_SHARED = 1    /* all units of an encoder see one value in a step: choices that a whole stimulus obeys */
};

/* What an input port may receive. Its value in a step is the sum of everything that arrives in that step. */
enum { EG_ACCEPTS_ANY = 0, EG_ACCEPTS_SPIKES = 1, EG_ACCEPTS_CONTINUOUS = 2 };

/* Which sources an input port is the default target of. */
enum { EG_SIGN_ANY = 0, EG_SIGN_EXCITATORY = 1, EG_SIGN_INHIBITORY = 2 };

/* How long the values of a state column last (eg_column.accepts of a state column, since 1.1). */
enum {
  EG_STATE_KEPT = 0,        /* from step to step */
  EG_STATE_WITHIN_STEP = 1, /* every step writes them before it reads them: they may lie in scratch memory */
  EG_STATE_SET_BY_INIT = 2, /* written by init, only read by step */
  EG_STATE_ADDED_TO = 3     /* since 1.4. Outputs of encoders: every step adds to what it finds, which it does not read
                               otherwise: 0, or what else arrives at its units in the step */
};

/* How long the values of a trace column of a plasticity rule last (eg_column.accepts of it, since 1.2). */
enum {
  EG_TRACE_OF_EPISODE = 0, /* where an episode begins from the initial state, so does the trace */
  EG_TRACE_OF_RUN = 1      /* it goes on, and the times of the traces of its side with it */
};

typedef struct eg_column {
  uint32_t size;
  uint32_t element; /* EG_F64; others are reserved for later minors */
  uint32_t device;  /* 0: host memory; others are reserved */
  uint32_t accepts; /* input ports; since 1.1 outputs of encoders: EG_ACCEPTS_CONTINUOUS if it feeds continuous ports;
                       state: EG_STATE_...; traces: EG_TRACE_...; since 1.2 random columns: EG_RANDOM_PER_UNIT or
                       EG_RANDOM_SHARED */
  uint32_t sign;    /* input ports */
  uint32_t random;  /* random columns */
  uint32_t exposes; /* output ports: index of the state column that is visible to other populations */
  const char* name; /* its suffix is its unit */
  const char* doc;
  const char* rate_param; /* EG_RANDOM_POISSON: the parameter (per unit or not) that holds the rate in Hz; since 1.1
                             also a state column, whose values at the start of the step count */
  double low, high;       /* state: bounds the model promises to keep; -inf, inf if none */
} eg_column;

/* ---- arrays: what batch plugins read and write ---------------------------------------------------- */

enum { EG_MAX_DIMS = 4 };

typedef struct eg_array {
  uint32_t size;
  uint32_t element; /* EG_F64, EG_I64 or EG_TEXT_ELEMENT (data is const char* const*) */
  uint32_t n_dims;
  uint32_t reserved;
  uint64_t shape[EG_MAX_DIMS]; /* row-major */
  const char* name;            /* its suffix is its unit */
  const char* doc;             /* may be null */
  const void* data;
} eg_array;

typedef struct eg_dataset {
  uint32_t size;
  uint32_t n_arrays;
  const eg_array* arrays;
} eg_dataset;

#ifdef __cplusplus
}
#endif
#endif
