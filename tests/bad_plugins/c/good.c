/* The plugin as it should be. */
#include "plugin.h"
