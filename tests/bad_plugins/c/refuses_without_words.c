/* create returns null and says nothing. */
#define PLUGIN_NAME "test.silent"
#define ON_CREATE return 0
#include "plugin.h"
