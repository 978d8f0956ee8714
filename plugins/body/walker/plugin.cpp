// The plugin library of mujoco.walker.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::body<mujoco::Walker>)
