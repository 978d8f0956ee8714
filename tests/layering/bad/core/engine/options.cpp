// layering: boost/program_options.hpp may not be included here, but in core/cli/
#include <boost/program_options.hpp>
