// The plugin library of core.observation.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Observation>)
