/* A text whose default is null. */
#define PARAM_TYPE EG_TEXT
#define PARAM_PRESET_TEXT 0
#include "plugin.h"
