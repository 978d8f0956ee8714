// The plugin library of core.receptive_fields and core.receptive_field_values.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::ReceptiveFields>, eg::encoder<core::ReceptiveFieldValues>)
