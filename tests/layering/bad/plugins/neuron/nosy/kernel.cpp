// layering: a plugin may include encephagen/sdk only, not host/text.hpp
#include "host/text.hpp"
