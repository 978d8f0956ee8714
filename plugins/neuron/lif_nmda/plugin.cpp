// The plugin library of core.lif_nmda.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::LifNmda>)
