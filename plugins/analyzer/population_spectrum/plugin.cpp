// The library of core.population_spectrum.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::PopulationSpectrum>)
