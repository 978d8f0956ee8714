/* Two state columns of one name. */
#define SECOND_COLUMN_NAME "x"
#include "plugin.h"
