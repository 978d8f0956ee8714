// layering: toml++/toml.h may not be included here, but in core/scenario/toml_document.cpp
#include <toml++/toml.h>
