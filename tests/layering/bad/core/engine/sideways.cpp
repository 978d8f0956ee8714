// layering: another layer's file is included by its path from the include root
#include "../host/looks_up.cpp"
