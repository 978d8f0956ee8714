// What `check` says about a network that it does not build.
#pragma once
#include <string>

#include "engine/network_estimate.hpp"

namespace encephagen::cli {

// Lines for people, each ending with \n.
std::string estimate_text(const NetworkEstimate& estimate);

// The same as an object of JSON, with every step of the delays.
std::string estimate_json(const NetworkEstimate& estimate);

}  // namespace encephagen::cli
