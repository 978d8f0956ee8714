// The plugin library of core.pattern.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Pattern>)
