// The library of core.degree_reciprocity.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::DegreeReciprocity>)
