// The library of core.length_binned.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::LengthBinned>)
