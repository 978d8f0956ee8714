// Exports core.wilson_cowan.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::neuron<wilson_cowan::WilsonCowan>)
