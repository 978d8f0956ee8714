/* A default that is no number. */
#define PARAM_PRESET (0.0 / 0.0)
#include "plugin.h"
