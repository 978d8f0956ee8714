/* Built for the next ABI. */
#define LIBRARY_MAJOR (EG_ABI_MAJOR + 1)
#include "plugin.h"
