// The library of core.fc_baselines.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::FcBaselines>)
