// The library of core.structure_function.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::StructureFunction>)
