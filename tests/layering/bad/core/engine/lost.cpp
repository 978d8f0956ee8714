// layering: nowhere.hpp is neither a neighbour nor a path from the include root
#include "nowhere.hpp"
