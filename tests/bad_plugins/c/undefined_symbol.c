/* Calls a function that no library has. */
extern void nobody_wrote_this(void);
#define ON_CREATE nobody_wrote_this()
#include "plugin.h"
