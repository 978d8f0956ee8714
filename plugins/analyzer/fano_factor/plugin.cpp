// The library of core.fano_factor.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::FanoFactor>)
