/* A parameter without a description. */
#define PARAM_DOC ""
#include "plugin.h"
