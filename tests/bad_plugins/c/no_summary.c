/* No summary. */
#define PLUGIN_SUMMARY 0
#include "plugin.h"
