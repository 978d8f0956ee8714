// Columns of an encoder that injects a current: the potential above rest that it would settle at.
#pragma once
#include <encephagen/sdk/encoder.hpp>
#include <encephagen/sdk/packs.hpp>

namespace core::current_port {

enum State { kCurrent };
inline constexpr auto state = eg::list(eg::Column{"current_mv", "current during the step"});
inline constexpr auto outputs =
    eg::list(eg::Output{"current_mv", kCurrent, "current during the step", EG_ACCEPTS_CONTINUOUS});

}  // namespace core::current_port
