// The library of core.spectrum.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Spectrum>)
