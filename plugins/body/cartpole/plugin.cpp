// The plugin library of mujoco.cartpole.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::body<mujoco::CartPole>)
