// The library of core.rich_club_destroying.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::null_model<null_model::RichClubDestroying>)
