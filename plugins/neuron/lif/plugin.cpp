// The plugin library of core.lif.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::Lif>)
