// The plugin library of core.stdp.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::Stdp>)
