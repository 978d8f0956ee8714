/* create returns null and says why. */
#define PLUGIN_NAME "test.picky"
#define ON_CREATE return snprintf(err->text, sizeof err->text, "tau_ms is too short"), (void*)0
#include "plugin.h"
