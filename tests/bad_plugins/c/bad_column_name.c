/* A column's name has a space. */
#define COLUMN_NAME "membrane potential"
#include "plugin.h"
