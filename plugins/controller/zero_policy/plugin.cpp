// The plugin library of core.zero_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::controller<core::ZeroPolicy>)
