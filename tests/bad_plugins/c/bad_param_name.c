/* A parameter's name has a capital. */
#define PARAM_NAME "Tau_ms"
#include "plugin.h"
