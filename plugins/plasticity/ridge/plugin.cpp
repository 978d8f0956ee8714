// The plugin library of core.ridge.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::Ridge>)
