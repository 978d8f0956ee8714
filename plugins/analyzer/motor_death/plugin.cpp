// The plugin library of core.motor_death.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::MotorDeath>)
