// The plugin library of core.homeostatic.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::Homeostatic>)
