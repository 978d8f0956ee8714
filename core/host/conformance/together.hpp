// Runs a function on several threads that start at the same moment, so that they meet.
#pragma once
#include <barrier>
#include <exception>
#include <thread>
#include <vector>

namespace encephagen::conformance {

// Calls f(0) ... f(n - 1), each on a thread of its own, and throws the first exception that one of them threw.
template <class F>
void run_together(unsigned n, F&& f) {
  std::barrier start(n);
  std::vector<std::exception_ptr> errors(n);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < n; ++t)
    threads.emplace_back([&, t] {
      start.arrive_and_wait();
      try {
        f(t);
      } catch (...) {
        errors[t] = std::current_exception();
      }
    });
  for (auto& t : threads) t.join();
  for (const auto& e : errors)
    if (e) std::rethrow_exception(e);
}

}  // namespace encephagen::conformance
