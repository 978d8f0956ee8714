// The plugin library of core.short_term.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plasticity<core::ShortTerm>)
