// layering: Eigen/Dense may be included in a .cpp file only
#include <Eigen/Dense>
