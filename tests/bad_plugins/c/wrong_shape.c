/* A neuron that claims to be called like an analyzer. */
#define PLUGIN_SHAPE EG_SHAPE_BATCH
#include "plugin.h"
