// The SDK's recording made by hand, under the name that the tests of our analyzers use.
#pragma once
#include <encephagen/sdk/testing_batch.hpp>

using eg::testing::FakeRecording;
