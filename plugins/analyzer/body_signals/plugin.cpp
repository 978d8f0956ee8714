// The plugin library of core.body_signals.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::BodySignals>)
