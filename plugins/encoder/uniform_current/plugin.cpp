// The plugin library of core.uniform_current.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::UniformCurrent>)
