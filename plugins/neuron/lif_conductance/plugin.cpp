// The plugin library of core.lif_conductance.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::LifConductance>)
