// The library of core.group_rates.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::GroupRates>)
