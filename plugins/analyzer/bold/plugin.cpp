// The library of core.bold.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::Bold>)
