// The library of core.latency.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Latency>)
