// The plugin library of core.poisson.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Poisson>)
