/* The library's struct is smaller than any ABI's. */
#define LIBRARY_SIZE 8
#include "plugin.h"
