/* A flag that is to differ from unit to unit. */
#define PARAM_TYPE EG_FLAG
#define PARAM_FLAGS EG_PARAM_PER_UNIT
#include "plugin.h"
