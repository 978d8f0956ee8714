// The plugin library of core.constant_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::controller<core::ConstantPolicy>)
