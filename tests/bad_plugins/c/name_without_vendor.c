/* A name whose vendor is empty. */
#define PLUGIN_NAME ".good"
#include "plugin.h"
