// The library of core.toy20.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::connectome<connectomes::Toy20>)
