// The library of core.mean_field.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::MeanField>)
