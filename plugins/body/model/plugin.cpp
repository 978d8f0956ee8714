// The plugin library of mujoco.model.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::body<mujoco::AnyModel>)
