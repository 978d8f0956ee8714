// The plugin library of core.body_episodes.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::BodyEpisodes>)
