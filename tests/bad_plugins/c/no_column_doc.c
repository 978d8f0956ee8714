/* A column without a description. */
#define COLUMN_DOC 0
#include "plugin.h"
