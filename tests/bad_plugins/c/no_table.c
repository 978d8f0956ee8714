/* No table of functions. */
#define PLUGIN_TABLE 0
#include "plugin.h"
