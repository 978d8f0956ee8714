/* Linked with -ffast-math. */
#include "plugin.h"
