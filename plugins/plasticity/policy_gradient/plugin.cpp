// The plugin library of core.policy_gradient.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::PolicyGradient>)
