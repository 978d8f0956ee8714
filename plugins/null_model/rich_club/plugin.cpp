// The library of core.rich_club.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::RichClubPreserving>)
