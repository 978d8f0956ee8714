// The library of core.degree_strength.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::DegreeStrength>)
