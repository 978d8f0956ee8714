// layering: boost/dll/shared_library.hpp may not be included here, but in core/host/plugin_library.cpp
#include <boost/dll/shared_library.hpp>
