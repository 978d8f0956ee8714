// The plugin library of core.auditory.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Auditory>)
