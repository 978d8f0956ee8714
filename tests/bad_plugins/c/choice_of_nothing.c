/* A choice without choices. */
#define PARAM_TYPE EG_CHOICE
#include "plugin.h"
