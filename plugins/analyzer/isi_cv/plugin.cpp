// The library of core.isi_cv.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::IsiCv>)
