// The library of core.saturation_prediction.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::SaturationPrediction>)
