// The plugin library of core.value_readout.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::ValueReadout>)
