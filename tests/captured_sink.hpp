// The SDK's sink that keeps what a batch plugin writes, under the name that our own tests use.
#pragma once
#include <encephagen/sdk/testing_batch.hpp>

using eg::testing::CapturedSink;
