/* A list whose default says two numbers and points to none. */
#define PARAM_TYPE EG_NUMBER_LIST
#define PARAM_PRESET_COUNT 2
#include "plugin.h"
