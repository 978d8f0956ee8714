// The plugin library of core.cue_sequence and core.cue_target: what a task shows and what it asks for.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::encoder<core::CueSequence>, eg::encoder<core::CueTarget>)
