#include <doctest/doctest.h>

#include "model.hpp"
