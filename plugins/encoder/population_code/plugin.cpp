// The plugin library of core.population_code.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::PopulationCode>)
