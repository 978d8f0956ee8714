/* Two state columns, and no list of them. */
#define COLUMNS 0
#include "plugin.h"
