/* No version. */
#define PLUGIN_VERSION ""
#include "plugin.h"
