// The library of core.in_strength.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::InStrength>)
