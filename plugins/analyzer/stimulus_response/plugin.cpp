// The library of core.stimulus_response.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::StimulusResponse>)
