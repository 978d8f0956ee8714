// layering: abi may not include encephagen/sdk/neuron.hpp
#include <encephagen/sdk/neuron.hpp>
