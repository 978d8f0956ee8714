// The library of core.matrix.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::connectome<connectomes::MatrixConnectome>)
