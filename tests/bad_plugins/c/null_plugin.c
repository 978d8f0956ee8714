/* The list of plugins holds a null. */
#define LIBRARY_PLUGIN 0
#include "plugin.h"
