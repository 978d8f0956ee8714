// For authors of null-model plugins: EG_PLUGIN_LIBRARY(eg::null_model<YourModel>).
#pragma once
#include "encephagen/sdk/connectome.hpp"
