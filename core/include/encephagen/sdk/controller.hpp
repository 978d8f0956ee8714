// For authors of controllers without a brain, from observation to action: EG_PLUGIN_LIBRARY(eg::controller<YourModel>).
// There is one unit for each action; step writes action()[k] for unit k.
#pragma once
#include "encephagen/sdk/unit.hpp"

namespace eg {

template <Controller M>
inline constexpr eg_plugin controller = detail::describe<M>("controller", EG_SHAPE_UNIT,
                                                            &detail::UnitTable<M, ControllerBlock>::table);

}  // namespace eg
