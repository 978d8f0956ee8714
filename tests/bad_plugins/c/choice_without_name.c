/* A choice without a name. */
#define PARAM_TYPE EG_CHOICE
#define PARAM_N_CHOICES 3
#include "plugin.h"
