// layering: scenario may not include experiment/plan.hpp
#include "experiment/plan.hpp"
