// layering: sdk depends on nothing, so not on fmt/format.h
#include <fmt/format.h>
