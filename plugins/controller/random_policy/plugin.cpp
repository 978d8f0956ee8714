// The plugin library of core.random_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::controller<core::RandomPolicy>)
