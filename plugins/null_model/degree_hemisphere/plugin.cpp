// The library of core.degree_hemisphere.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::DegreeHemisphere>)
