// The plugin library of core.linear_readout.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::LinearReadout>)
