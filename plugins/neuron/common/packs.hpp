// The SDK's loops over packs of units, under short names.
#pragma once
#include <encephagen/sdk/packs.hpp>

namespace core {

using eg::advance, eg::for_each_pack, eg::magnitude, eg::One, eg::reached, eg::Same, eg::UnitParam;

}  // namespace core
