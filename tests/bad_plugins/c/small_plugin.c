/* The descriptor is smaller than this ABI's. */
#define PLUGIN_SIZE 16
#include "plugin.h"
