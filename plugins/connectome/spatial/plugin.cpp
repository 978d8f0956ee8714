// The library of core.spatial.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::connectome<connectomes::Spatial>)
