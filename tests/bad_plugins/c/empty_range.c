/* A range with nothing in it. */
#define PARAM_LOW 200
#include "plugin.h"
