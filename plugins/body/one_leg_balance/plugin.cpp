// The plugin library of mujoco.one_leg_balance.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::body<mujoco::OneLegBalance>)
