// The plugin library of core.eprop_reward.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::EpropReward>)
