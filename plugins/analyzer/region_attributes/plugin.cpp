// The library of core.region_attributes.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::RegionAttributes>)
