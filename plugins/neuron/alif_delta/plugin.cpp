// The plugin library of core.alif_delta.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<core::AlifDelta>)
