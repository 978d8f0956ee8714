// Tests of the SDK's exponential: its accuracy, and that numbers side by side get what they would get alone.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <encephagen/sdk/math.hpp>
#include <limits>

TEST_CASE("math: the exponential is within 1.1 units in the last place") {
  for (int k = -7070; k <= 7090; ++k) {
    const double x = 0.1 * k + 1e-5 * k;
    if (x < -708 || x > 709) continue;
    const long double exact = std::exp(static_cast<long double>(x));
    const int exponent = std::ilogb(exact);
    CHECK(std::abs(static_cast<long double>(eg::exp(x)) - exact) < 1.1L * std::scalbn(1.0L, exponent - 52));
  }
}

TEST_CASE("math: exponentials side by side are those of single numbers, to the bit") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double x[9] = {0, -1e-300, 1, -708, -708.5, 709.78, 710, -infinity, std::nan("")};
  double y[9];
  eg::exp(x, y);
  for (size_t k = 0; k < 9; ++k) {
    const double alone = eg::exp(x[k]);
    CAPTURE(x[k]);
    CHECK((std::isnan(alone) ? std::isnan(y[k]) : std::memcmp(&alone, &y[k], sizeof alone) == 0));
  }
  CHECK(y[4] == 0);
  CHECK(y[6] == infinity);
}
