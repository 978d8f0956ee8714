/* Steps are to add to a state column, which only outputs of encoders can ask for. */
#define COLUMN_ACCEPTS EG_STATE_ADDED_TO
#include "plugin.h"
