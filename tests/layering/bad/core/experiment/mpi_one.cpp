// layering: mpi.h may be included by one file, and there are several
#include <mpi.h>
