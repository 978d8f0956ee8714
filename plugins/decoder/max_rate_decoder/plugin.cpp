// The plugin library of core.max_rate_decoder.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::MaxRateDecoder>)
