/* Two parameters of one name. */
#define SECOND_PARAM_NAME "tau_ms"
#include "plugin.h"
