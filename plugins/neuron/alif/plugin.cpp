// The plugin library of core.alif.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::Alif>)
