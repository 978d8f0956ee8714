/* A column of single precision, which this kernel does not have yet. */
#define COLUMN_ELEMENT EG_F32
#include "plugin.h"
