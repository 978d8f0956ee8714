/* A parameter is smaller than this ABI's. */
#define PARAM_SIZE 8
#include "plugin.h"
