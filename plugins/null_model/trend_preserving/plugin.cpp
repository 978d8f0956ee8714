// The library of core.trend_preserving.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::TrendPreserving>)
