// The plugin library of core.proprioception.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Proprioception>)
