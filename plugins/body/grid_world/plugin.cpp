// The plugin library of core.grid_world.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::body<core::GridWorld>)
