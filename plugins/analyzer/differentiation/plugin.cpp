// The library of core.differentiation.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Differentiation>)
