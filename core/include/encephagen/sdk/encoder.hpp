// For authors of encoder plugins: EG_PLUGIN_LIBRARY(eg::encoder<YourModel>).
#pragma once
#include "encephagen/sdk/unit.hpp"

namespace eg {

template <Encoder M>
inline constexpr eg_plugin encoder = detail::describe<M>("encoder", EG_SHAPE_UNIT,
                                                         &detail::UnitTable<M, EncoderBlock>::table);

}  // namespace eg
