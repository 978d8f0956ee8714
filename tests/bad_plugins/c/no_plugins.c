/* A library without plugins. */
#define LIBRARY_N_PLUGINS 0
#include "plugin.h"
