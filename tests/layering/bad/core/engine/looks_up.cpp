// layering: engine may not include cli/command_line.hpp
#include "cli/command_line.hpp"
