// Threads that work side by side: a barrier for the blocks of a simulation, and loops over independent parts.
#pragma once
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace encephagen {

// All threads meet; the last to come runs `complete` before any goes on. Waiting threads spin for a while, since blocks
// are short, then sleep, since the machine may have other work.
class Barrier {
 public:
  explicit Barrier(unsigned n) : n_(n) {}
  template <class F>
  void wait(F&& complete) {
    if (n_ == 1) return complete();
    const uint32_t turn = turn_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == n_) {
      complete();
      arrived_.store(0, std::memory_order_relaxed);
      turn_.store(turn + 1, std::memory_order_release);
      turn_.notify_all();
      return;
    }
    for (int spin = 0; spin < 4000; ++spin) {
      if (turn_.load(std::memory_order_acquire) != turn) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    while (turn_.load(std::memory_order_acquire) == turn) turn_.wait(turn, std::memory_order_acquire);
  }

 private:
  const unsigned n_;
  alignas(64) std::atomic<unsigned> arrived_{0};
  alignas(64) std::atomic<uint32_t> turn_{0};
};

// Calls f(k) for k < n on up to `threads` threads, in any order. The exception of the lowest k that threw is thrown on.
template <class F>
void parallel_for(unsigned threads, size_t n, F&& f) {
  if (threads <= 1 || n <= 1) {
    for (size_t k = 0; k < n; ++k) f(k);
    return;
  }
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr error;
  size_t error_at = n;
  const auto work = [&] {
    for (size_t k = next++; k < n; k = next++) {
      try {
        f(k);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (k < error_at) error_at = k, error = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (unsigned t = 1; t < threads; ++t) helpers.emplace_back(work);
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace encephagen
