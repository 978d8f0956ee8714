// For the unit tests of plugins, without any library: stand-ins for the kernel, and a runner for cases that are
// sentences. Our own tests use the same stand-ins under doctest; use whatever framework you like.
#pragma once
#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "encephagen/sdk/testing_batch.hpp"
#include "encephagen/sdk/testing_edge.hpp"
#include "encephagen/sdk/testing_unit.hpp"
#include "encephagen/sdk/testing_world.hpp"

namespace eg::testing {

// What `f` throws, in words; "" if nothing.
template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

// One case that runs. Checks that fail are printed with their line and counted; the case goes on.
class Test {
 public:
  void check(bool is_so, const char* what, int line = __builtin_LINE()) {
    if (!is_so) fail(line, what);
  }
  // |is - should_be| <= tolerance; false for NaN.
  void close(double is, double should_be, double tolerance, int line = __builtin_LINE()) {
    if (std::abs(is - should_be) <= tolerance) return;
    char text[120];
    std::snprintf(text, sizeof text, "is %.17g, not %.17g within %g", is, should_be, tolerance);
    fail(line, text);
  }
  void equal(const std::string& is, const std::string& should_be, int line = __builtin_LINE()) {
    if (is != should_be) fail(line, "is '" + is + "', not '" + should_be + "'");
  }
  void fail(int line, const std::string& what) {
    std::printf("    line %d: %s\n", line, what.c_str());
    ++n_failed_;
  }
  int n_failed() const { return n_failed_; }

 private:
  int n_failed_ = 0;
};

struct Case {
  const char* sentence;  // what is true: "constant drive above threshold fires at the analytic rate"
  std::function<void(Test&)> run;
};

// int main() { return eg::testing::run({{"sentence", [](eg::testing::Test& t) { t.close(a, b, 1e-9); }}, ...}); }
// Returns 1 if a check failed or a case threw, else 0.
inline int run(const std::vector<Case>& cases) {
  int n_bad = 0;
  for (const auto& c : cases) {
    Test t;
    try {
      c.run(t);
    } catch (const std::exception& e) {
      t.fail(0, std::string("throws: ") + e.what());
    }
    std::printf("%s %s\n", t.n_failed() > 0 ? "FAILED" : "passed", c.sentence);
    n_bad += t.n_failed() > 0;
  }
  std::printf("%zu cases, %d failed\n", cases.size(), n_bad);
  return n_bad > 0 ? 1 : 0;
}

}  // namespace eg::testing
