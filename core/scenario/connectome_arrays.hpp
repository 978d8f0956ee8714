// A connectome as it comes out of a batch plugin.
#pragma once
#include "encephagen/sdk/connectome.hpp"
#include "host/plugin_call.hpp"

namespace encephagen {

// Checks what every later stage relies on: labels, a square finite matrix, lengths and centres that fit. Throws
// PluginFailed.
eg::Connectome connectome_of(const BatchResult& result);

}  // namespace encephagen
