/* A table without step. */
#define TABLE_STEP 0
#include "plugin.h"
