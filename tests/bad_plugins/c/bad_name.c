/* A name without a vendor. */
#define PLUGIN_NAME "good"
#include "plugin.h"
