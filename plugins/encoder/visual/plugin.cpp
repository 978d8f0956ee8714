// The plugin library of core.visual.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Visual>)
