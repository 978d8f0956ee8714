/* The library does not say what compiled it. */
#define LIBRARY_COMPILER 0
#include "plugin.h"
