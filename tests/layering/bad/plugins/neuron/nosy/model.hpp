// layering: a plugin may include gsl/gsl_math.h in a .cpp file only
#include <gsl/gsl_math.h>
