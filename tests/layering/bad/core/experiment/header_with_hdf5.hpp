// layering: hdf5.h may not be included here, but in core/engine/
#include <hdf5.h>
