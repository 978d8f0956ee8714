// The library of core.functional_connectivity.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::FunctionalConnectivity>)
