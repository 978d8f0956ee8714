// layering: openssl/evp.h may not be included here, but in core/host/sha256.cpp
#include <openssl/evp.h>
