// The library of core.tvb.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::connectome<connectomes::Tvb>)
