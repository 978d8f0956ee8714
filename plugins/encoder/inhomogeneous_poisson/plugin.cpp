// The plugin library of core.inhomogeneous_poisson.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::InhomogeneousPoisson>)
