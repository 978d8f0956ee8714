// layering: a plugin may not include another plugin's file plugins/body/common/stage.hpp
#include "../../body/common/stage.hpp"
