// The plugin library of core.lif_delta.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::LifDelta>)
