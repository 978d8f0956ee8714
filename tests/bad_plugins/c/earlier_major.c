/* Built for an ABI before the first. */
#define LIBRARY_MAJOR 0
#include "plugin.h"
