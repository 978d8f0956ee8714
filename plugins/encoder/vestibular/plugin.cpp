// The plugin library of core.vestibular.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::Vestibular>)
