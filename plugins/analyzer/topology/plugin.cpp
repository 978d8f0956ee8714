// The library of core.topology.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Topology>)
