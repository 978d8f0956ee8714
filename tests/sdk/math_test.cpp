// Tests of the SDK's exponential: its accuracy, and that numbers side by side get what they would get alone.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <encephagen/sdk/math.hpp>
#include <limits>

namespace {

// Eight numbers at once, in packs of any width.
template <class T>
EG_INLINE void bounded_of(const double* x, double* at_least, double* at_most, double* logistic) {
  for (size_t k = 0; k < 8; k += eg::lanes_of<T>) {
    const T v = eg::load<T>(x + k);
    eg::store(at_least + k, eg::at_least(v, 0.0));
    eg::store(at_most + k, eg::at_most(v, 1.0));
    eg::store(logistic + k, eg::logistic(v));
  }
}
EG_DISPATCH(bounded, (const double* x, double* at_least, double* at_most, double* logistic),
            (x, at_least, at_most, logistic))

bool are_same(double a, double b) { return std::isnan(a) ? std::isnan(b) : std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace

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

TEST_CASE("math: bounds and the logistic function are the same in packs, to the bit, NaN and zeros included") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double x[8] = {-0.0, 0.0, 1.0, std::nan(""), -infinity, infinity, 800, -0.3};
  double at_least[8], at_most[8], logistic[8];
  bounded(x, at_least, at_most, logistic);
  for (size_t k = 0; k < 8; ++k) {
    CAPTURE(x[k]);
    CHECK(are_same(at_least[k], x[k] < 0 ? 0 : x[k]));
    CHECK(are_same(at_most[k], x[k] > 1 ? 1 : x[k]));
    CHECK(are_same(logistic[k], eg::logistic(x[k])));
  }
}
