// The plugin library of core.antagonist_decoder.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::AntagonistDecoder>)
