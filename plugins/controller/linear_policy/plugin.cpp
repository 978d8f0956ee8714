// The plugin library of core.linear_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::controller<core::LinearPolicy>)
