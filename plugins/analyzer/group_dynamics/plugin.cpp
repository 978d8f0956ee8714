// The library of core.group_dynamics.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::GroupDynamics>)
