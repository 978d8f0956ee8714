// The plugin library of core.softmax_policy.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::SoftmaxPolicy>)
