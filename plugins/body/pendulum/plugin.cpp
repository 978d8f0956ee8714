// The plugin library of core.pendulum.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::body<core::Pendulum>)
