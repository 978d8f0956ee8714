// layering: a plugin may not include another plugin's file plugins/neuron/other/model.hpp
#include "../neuron/other/model.hpp"
