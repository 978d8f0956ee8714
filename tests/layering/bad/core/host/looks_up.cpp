// layering: host may not include engine/clock.hpp: engine lies above it
#include "engine/clock.hpp"
