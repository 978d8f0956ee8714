// layering: spdlog/spdlog.h belongs to no library
#include <spdlog/spdlog.h>
