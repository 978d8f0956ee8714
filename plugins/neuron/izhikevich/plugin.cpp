// The plugin library of core.izhikevich.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::Izhikevich>)
