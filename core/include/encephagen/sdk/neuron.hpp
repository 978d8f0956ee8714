// For authors of neuron plugins: EG_PLUGIN_LIBRARY(eg::neuron<YourModel>).
#pragma once
#include "encephagen/sdk/unit.hpp"

namespace eg {

template <NeuronModel M>
inline constexpr eg_plugin neuron = detail::describe<M>("neuron", EG_SHAPE_UNIT,
                                                        &detail::UnitTable<M, NeuronBlock>::table);

}  // namespace eg
