// The plugin library of core.signal_file.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::SignalFile>)
