// Arrays of millions of elements: not initialised, and on huge pages where the system has them, because synapses are
// read in random order and would otherwise miss the translation cache.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace encephagen {

template <class T>
class LargeArray {
 public:
  LargeArray() = default;
  explicit LargeArray(size_t n) : n_(n) {
    if (n > 0) data_ = reinterpret_cast<T*>(map(bytes()));
  }
  LargeArray(LargeArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), n_(std::exchange(other.n_, 0)) {}
  LargeArray& operator=(LargeArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(n_, other.n_);
    return *this;
  }
  ~LargeArray() {
    if (data_) munmap(data_, mapped(bytes()));
  }
  // Zero until written.
  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return n_; }
  bool empty() const { return n_ == 0; }
  size_t bytes() const { return n_ * sizeof(T); }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  static constexpr size_t huge = size_t{1} << 21;
  // What fills a huge page is rounded up to whole ones, so that its end lies on one, too.
  static size_t mapped(size_t bytes) { return bytes < huge ? bytes : (bytes + huge - 1) / huge * huge; }
  // A huge page has to lie at a multiple of its size, and mappings begin anywhere: so one more is mapped than needed,
  // and what is before and behind is given back.
  static std::byte* map(size_t bytes) {
    const size_t wanted = mapped(bytes), spare = bytes < huge ? 0 : huge;
    void* all = mmap(nullptr, wanted + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    auto* const begin = static_cast<std::byte*>(all);
    if (spare == 0) return begin;
    const size_t before = (huge - reinterpret_cast<uintptr_t>(begin) % huge) % huge;
    if (before > 0) munmap(begin, before);
    munmap(begin + before + wanted, spare - before);
    (void)madvise(begin + before, wanted, MADV_HUGEPAGE);
    return begin + before;
  }

  T* data_ = nullptr;
  size_t n_ = 0;
};

}  // namespace encephagen
