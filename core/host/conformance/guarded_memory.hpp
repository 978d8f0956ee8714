// Arrays handed to plugins, arranged so that access outside them shows.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <system_error>
#include <utility>

namespace encephagen::conformance {

// canaries: known values on both sides, so that a write is seen after the call, wherever it went.
// page_after, page_before: the array touches memory nobody may access, so that reading stops the process at once.
enum class Fence { canaries, page_after, page_before };

template <class T>
class FencedArray {
 public:
  FencedArray(size_t n, T fill, Fence fence) : n_(n), fence_(fence) {
    const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
    const size_t inner = (n * sizeof(T) + 2 * kCanaryBytes + page - 1) / page * page;
    bytes_ = inner + 2 * page;
    void* p = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    base_ = static_cast<std::byte*>(p);
    std::memset(base_, kCanary, bytes_);
    ::mprotect(base_, page, PROT_NONE);
    ::mprotect(base_ + page + inner, page, PROT_NONE);
    std::byte* first = base_ + page;
    if (fence == Fence::canaries) first += kCanaryBytes;
    if (fence == Fence::page_after) first += inner - n * sizeof(T);
    data_ = reinterpret_cast<T*>(first);
    page_ = page;
    for (size_t i = 0; i < n; ++i) new (data_ + i) T(fill);
  }
  ~FencedArray() {
    if (base_) ::munmap(base_, bytes_);
  }
  FencedArray(FencedArray&& other) noexcept
      : n_(other.n_),
        bytes_(other.bytes_),
        page_(other.page_),
        fence_(other.fence_),
        base_(std::exchange(other.base_, nullptr)),
        data_(other.data_) {}
  FencedArray(const FencedArray&) = delete;
  FencedArray& operator=(FencedArray&&) = delete;

  T* data() const { return data_; }
  size_t size() const { return n_; }
  T& operator[](size_t i) const { return data_[i]; }
  std::span<T> values() const { return {data_, n_}; }

  // Are all bytes around the array as they were?
  bool is_intact() const {
    const auto* first = reinterpret_cast<const std::byte*>(data_);
    const auto* last = first + n_ * sizeof(T);
    const auto untouched = [](const std::byte* from, const std::byte* to) {
      for (; from < to; ++from)
        if (*from != std::byte{kCanary}) return false;
      return true;
    };
    return untouched(base_ + page_, first) && untouched(last, base_ + bytes_ - page_);
  }

 private:
  // A whole number of cache lines: the array itself starts on one. As a double 0xC5C5... is about -1e28, as an index
  // far out.
  static constexpr size_t kCanaryBytes = 1024;
  static constexpr int kCanary = 0xC5;
  size_t n_, bytes_, page_;
  Fence fence_;
  std::byte* base_;
  T* data_;
};

}  // namespace encephagen::conformance
