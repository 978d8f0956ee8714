// The library of core.timescale.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Timescale>)
