/* A parameter of a type that does not exist. */
#define PARAM_TYPE 99
#include "plugin.h"
