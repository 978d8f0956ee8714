// The library of core.fc_fit.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::FcFit>)
