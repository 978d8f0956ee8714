// For authors of decoder plugins: EG_PLUGIN_LIBRARY(eg::decoder<YourModel>).
#pragma once
#include "encephagen/sdk/unit.hpp"

namespace eg {

template <Decoder M>
inline constexpr eg_plugin decoder = detail::describe<M>("decoder", EG_SHAPE_UNIT,
                                                         &detail::UnitTable<M, DecoderBlock>::table);

}  // namespace eg
