// The plugin library of core.inhibitory_stdp.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::InhibitoryStdp>)
