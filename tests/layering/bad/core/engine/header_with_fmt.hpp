// layering: fmt/format.h may be included in a .cpp file only
#include <fmt/format.h>
