/* The entry does not begin with the magic number. */
#define LIBRARY_MAGIC 0xDEADBEEFu
#include "plugin.h"
