// The plugin library of core.rstdp.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::Rstdp>)
