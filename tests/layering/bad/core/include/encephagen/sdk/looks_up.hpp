// layering: sdk may not include host/text.hpp
#include "host/text.hpp"
