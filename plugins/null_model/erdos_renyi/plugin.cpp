// The library of core.erdos_renyi.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::ErdosRenyi>)
