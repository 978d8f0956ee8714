/* The table of functions is smaller than this ABI's. */
#define TABLE_SIZE 24
#include "plugin.h"
