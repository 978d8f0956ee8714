// The plugin library of core.adex.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::AdEx>)
