// The plugin library of core.eprop.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::Eprop>)
