// The library of core.saturation.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Saturation>)
