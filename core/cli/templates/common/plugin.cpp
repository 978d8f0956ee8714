// The library of vendor.name: one line exports everything that model.hpp declares.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::plugin_kind<vendor::PluginName>)
