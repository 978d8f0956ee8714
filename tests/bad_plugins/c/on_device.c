/* A column that lives on another device. */
#define COLUMN_DEVICE 1
#include "plugin.h"
