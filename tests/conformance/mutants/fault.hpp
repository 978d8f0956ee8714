// How one source file makes many plugins: a model is a template over the name of the mistake that is built into it, and
// "none" is the model without a mistake.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <thread>

namespace mutants {

template <size_t N>
struct Fault {
  char text[N]{};
  constexpr Fault(const char (&name)[N]) {  // implicit, so that it can be written as a template argument
    for (size_t i = 0; i < N; ++i) text[i] = name[i];
  }
  constexpr bool operator==(std::string_view other) const { return std::string_view(text) == other; }
};

// "mutant.<fault>"
template <Fault F>
inline constexpr auto plugin_name = [] {
  constexpr std::string_view prefix = "mutant.";
  std::array<char, prefix.size() + sizeof F.text> out{};
  for (size_t i = 0; i < prefix.size(); ++i) out[i] = prefix[i];
  for (size_t i = 0; i < sizeof F.text; ++i) out[prefix.size() + i] = F.text[i];
  return out;
}();

// Stands for memory that all instances and threads share, as careless authors have it. It is held for a while, so that
// two threads meet there sooner or later; true if they do. Where calls are few it has to be held longer.
enum class Held { briefly, long_enough_to_be_noticed };
inline bool is_met_by_another_thread(Held held) {
  static std::atomic<int> inside{0};
  const bool was_there = inside.fetch_add(1) > 0;
  using Clock = std::chrono::steady_clock;
  if (held == Held::long_enough_to_be_noticed) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  for (const auto until = Clock::now() + std::chrono::microseconds(30); Clock::now() < until;) {
  }
  inside.fetch_sub(1);
  return was_there;
}

}  // namespace mutants
