// layering: Eigen/Core may be included in a .cpp file only
#include <Eigen/Core>
