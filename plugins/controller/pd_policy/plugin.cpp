// The plugin library of core.pd_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::controller<core::PdPolicy>)
