// The plugin library of core.gaussian_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::GaussianPolicy>)
