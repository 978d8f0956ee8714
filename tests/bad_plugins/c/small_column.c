/* A column is smaller than this ABI's. */
#define COLUMN_SIZE 8
#include "plugin.h"
