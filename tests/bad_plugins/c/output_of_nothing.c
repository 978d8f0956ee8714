/* An output that shows a state column that does not exist. */
#define OUTPUT_EXPOSES 7
#include "plugin.h"
