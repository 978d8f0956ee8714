// The plugin library of core.ou_current.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::OuCurrent>)
