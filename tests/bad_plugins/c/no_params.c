/* Two parameters, and no list of them. */
#define PLUGIN_PARAMS 0
#include "plugin.h"
