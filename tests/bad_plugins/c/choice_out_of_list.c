/* A default that is none of the choices. */
#define PARAM_TYPE EG_CHOICE
#define PARAM_N_CHOICES 2
#define PARAM_PRESET_INDEX 2
#include "plugin.h"
