/* Built for a later minor of the ABI. */
#define LIBRARY_MINOR (EG_ABI_MINOR + 9)
#include "plugin.h"
