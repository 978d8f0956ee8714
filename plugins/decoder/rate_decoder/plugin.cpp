// The plugin library of core.rate_decoder.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::decoder<core::RateDecoder>)
