// layering: a plugin may include encephagen/sdk only, not encephagen/abi/unit.h
#include <encephagen/abi/unit.h>
