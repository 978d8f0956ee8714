// The SDK's stand-in for the kernel, for plasticity rules, under the name that our own tests use.
#pragma once
#include <encephagen/sdk/testing_edge.hpp>

namespace encephagen::testing {
using eg::testing::EdgeHarness;
}
