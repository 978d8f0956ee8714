// layering: sdk depends on nothing, so not on Eigen/Dense
#include <Eigen/Dense>
