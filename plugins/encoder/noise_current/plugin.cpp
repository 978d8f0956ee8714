// The plugin library of core.noise_current.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::NoiseCurrent>)
