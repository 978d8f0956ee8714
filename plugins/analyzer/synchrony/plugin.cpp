// The library of core.synchrony.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Synchrony>)
