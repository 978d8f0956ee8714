// layering: abi depends on nothing, so not on vector
#include <vector>
