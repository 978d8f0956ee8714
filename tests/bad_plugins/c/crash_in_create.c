/* create writes where it may not. */
#define PLUGIN_NAME "test.crash"
#define ON_CREATE                     \
  int* volatile nowhere = (int*)4096; \
  *nowhere = 1
#include "plugin.h"
