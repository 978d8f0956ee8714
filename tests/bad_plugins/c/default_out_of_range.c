/* A default outside its own range. */
#define PARAM_PRESET 1000
#include "plugin.h"
