// The plugin library of core.eprop_readout.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::EpropReadout>)
