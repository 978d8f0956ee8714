// The plugin library of core.dc_current.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::DcCurrent>)
