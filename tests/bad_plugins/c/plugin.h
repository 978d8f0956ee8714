/* A complete and correct neuron plugin in plain C. Each file beside this one redefines one word of it and includes it:
 * that is its mistake. */
#include <stdio.h>
#include <string.h>

#include "encephagen/abi/library.h"

#ifndef LIBRARY_MAGIC
#define LIBRARY_MAGIC EG_MAGIC
#endif
#ifndef LIBRARY_MAJOR
#define LIBRARY_MAJOR EG_ABI_MAJOR
#endif
#ifndef LIBRARY_MINOR
#define LIBRARY_MINOR EG_ABI_MINOR
#endif
#ifndef LIBRARY_SIZE
#define LIBRARY_SIZE sizeof(eg_library)
#endif
#ifndef LIBRARY_COMPILER
#define LIBRARY_COMPILER "a C compiler"
#endif
#ifndef LIBRARY_N_PLUGINS
#define LIBRARY_N_PLUGINS 1
#endif
#ifndef LIBRARY_PLUGIN
#define LIBRARY_PLUGIN &plugin
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(eg_plugin)
#endif
#ifndef PLUGIN_SHAPE
#define PLUGIN_SHAPE EG_SHAPE_UNIT
#endif
#ifndef PLUGIN_KIND
#define PLUGIN_KIND "neuron"
#endif
#ifndef PLUGIN_NAME
#define PLUGIN_NAME "test.good"
#endif
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION "1.0.0"
#endif
#ifndef PLUGIN_SUMMARY
#define PLUGIN_SUMMARY "follows its input"
#endif
#ifndef PLUGIN_PARAMS
#define PLUGIN_PARAMS params
#endif
#ifndef PLUGIN_TABLE
#define PLUGIN_TABLE &table
#endif
#ifndef PARAM_SIZE
#define PARAM_SIZE sizeof(eg_param)
#endif
#ifndef PARAM_TYPE
#define PARAM_TYPE EG_NUMBER
#endif
#ifndef PARAM_FLAGS
#define PARAM_FLAGS 0
#endif
#ifndef PARAM_N_CHOICES
#define PARAM_N_CHOICES 0
#endif
#ifndef PARAM_NAME
#define PARAM_NAME "tau_ms"
#endif
#ifndef PARAM_DOC
#define PARAM_DOC "time constant"
#endif
#ifndef PARAM_LOW
#define PARAM_LOW 1
#endif
#ifndef PARAM_HIGH
#define PARAM_HIGH 100
#endif
#ifndef PARAM_PRESET
#define PARAM_PRESET 10
#endif
#ifndef PARAM_PRESET_INDEX
#define PARAM_PRESET_INDEX 0
#endif
#ifndef PARAM_PRESET_TEXT
#define PARAM_PRESET_TEXT ""
#endif
#ifndef PARAM_PRESET_COUNT
#define PARAM_PRESET_COUNT 0
#endif
#ifndef SECOND_PARAM_NAME
#define SECOND_PARAM_NAME "gain"
#endif
#ifndef COLUMN_SIZE
#define COLUMN_SIZE sizeof(eg_column)
#endif
#ifndef COLUMN_ELEMENT
#define COLUMN_ELEMENT EG_F64
#endif
#ifndef COLUMN_DEVICE
#define COLUMN_DEVICE 0
#endif
#ifndef COLUMN_ACCEPTS
#define COLUMN_ACCEPTS EG_STATE_KEPT
#endif
#ifndef COLUMN_NAME
#define COLUMN_NAME "x"
#endif
#ifndef COLUMN_DOC
#define COLUMN_DOC "what it follows with"
#endif
#ifndef SECOND_COLUMN_NAME
#define SECOND_COLUMN_NAME "y"
#endif
#ifndef COLUMNS
#define COLUMNS columns
#endif
#ifndef OUTPUT_EXPOSES
#define OUTPUT_EXPOSES 0
#endif
#ifndef TABLE_SIZE
#define TABLE_SIZE sizeof(eg_unit)
#endif
#ifndef TABLE_STEP
#define TABLE_STEP step
#endif
#ifndef ON_CREATE
#define ON_CREATE
#endif

static void* create(const eg_value* values, eg_error* err) {
  static double instance;
  (void)values;
  (void)err;
  ON_CREATE;
  return &instance;
}
static void destroy(void* self) { (void)self; }
static eg_status init(const void* self, eg_unit_block* b, eg_error* err) {
  (void)self;
  (void)err;
  for (uint32_t i = 0; i < b->n; ++i) b->state[0][i] = b->state[1][i] = 0;
  return EG_OK;
}
static inline eg_status step(const void* self, eg_unit_block* b, eg_error* err) {
  (void)self;
  (void)err;
  for (uint32_t i = 0; i < b->n; ++i) b->state[0][i] += 0.1 * (b->input[0][i] - b->state[0][i]);
  return EG_OK;
}

static const char* const choices[] = {"one", "two", ""};
static const eg_param params[] = {
    {PARAM_SIZE,
     PARAM_TYPE,
     PARAM_FLAGS,
     PARAM_N_CHOICES,
     PARAM_NAME,
     PARAM_DOC,
     choices,
     PARAM_LOW,
     PARAM_HIGH,
     {PARAM_PRESET, PARAM_PRESET_INDEX, PARAM_PRESET_TEXT, 0, 0, PARAM_PRESET_COUNT}},
    {sizeof(eg_param), EG_NUMBER, 0, 0, SECOND_PARAM_NAME, "does nothing", 0, 0, 1, {0.5, 0, "", 0, 0, 0}}};
static const eg_column columns[] = {
    {COLUMN_SIZE, COLUMN_ELEMENT, COLUMN_DEVICE, COLUMN_ACCEPTS, 0, 0, 0, COLUMN_NAME, COLUMN_DOC, 0, -1e9, 1e9},
    {sizeof(eg_column), EG_F64, 0, 0, 0, 0, 0, SECOND_COLUMN_NAME, "does nothing", 0, -1e9, 1e9}};
static const eg_column inputs[] = {{sizeof(eg_column), EG_F64, 0, 0, 0, 0, 0, "drive", "what it follows", 0, 0, 0}};
static const eg_column outputs[] = {
    {sizeof(eg_column), EG_F64, 0, 0, 0, 0, OUTPUT_EXPOSES, "activity", "what others see", 0, 0, 0}};
static const eg_unit table = {TABLE_SIZE, 2, 1,      1,       0,    0,          COLUMNS,      inputs,
                              outputs,    0, create, destroy, init, TABLE_STEP, 1u << EG_F64, 0};

/* Kept whatever a file redefines, so that nothing is unused. */
static const void* const kept[] = {choices, params, columns, inputs, outputs, &table};

static const eg_plugin plugin = {PLUGIN_SIZE,    PLUGIN_SHAPE,   PLUGIN_KIND, PLUGIN_NAME,
                                 PLUGIN_VERSION, PLUGIN_SUMMARY, 2,           sizeof kept * 0,
                                 PLUGIN_PARAMS,  PLUGIN_TABLE};
static const eg_plugin* const plugins[] = {LIBRARY_PLUGIN, &plugin};

__attribute__((visibility("default"))) const eg_library eg_plugin_library = {
    LIBRARY_MAGIC, LIBRARY_MAJOR, LIBRARY_MINOR, LIBRARY_SIZE, LIBRARY_N_PLUGINS, LIBRARY_COMPILER, plugins};
