// layering: mujoco/mujoco.h may not be included here, but in plugins/body/
#include <mujoco/mujoco.h>
