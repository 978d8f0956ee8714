/* A kind that does not exist. */
#define PLUGIN_KIND "synapse"
#include "plugin.h"
