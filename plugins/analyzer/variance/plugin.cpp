// The library of core.variance.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Variance>)
