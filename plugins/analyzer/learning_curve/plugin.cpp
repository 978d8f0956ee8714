// The library of core.learning_curve.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::LearningCurve>)
