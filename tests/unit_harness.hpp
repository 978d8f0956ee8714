// The SDK's stand-in for the kernel, for unit-shaped plugins, under the name that our own tests use.
#pragma once
#include <encephagen/sdk/testing_unit.hpp>

namespace encephagen::testing {
using eg::testing::UnitHarness;
}
