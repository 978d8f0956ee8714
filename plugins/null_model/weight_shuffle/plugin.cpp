// The library of core.weight_shuffle.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::WeightShuffle>)
