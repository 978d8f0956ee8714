// Everything that changes while a network runs, written to a checkpoint and read back, bit for bit.
#pragma once
#include <cstdint>
#include <istream>
#include <map>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/column.hpp"
#include "engine/large_array.hpp"

namespace encephagen {

// Classes have `void visit(StateArchive& a) { a(x, y, z); }`, used for both ways, so that they cannot differ. Vectors
// keep their memory where their size stays. Throws std::runtime_error where a file ends early or sizes do not fit.
class StateArchive {
 public:
  explicit StateArchive(std::ostream& out) : out_(&out) {}
  explicit StateArchive(std::istream& in) : in_(&in) {}
  bool is_loading() const { return in_ != nullptr; }

  template <class... T>
  void operator()(T&... values) {
    (one(values), ...);
  }
  void bytes(void* data, size_t n) {
    if (n == 0) return;
    const auto size = static_cast<std::streamsize>(n);
    if (out_)
      out_->write(static_cast<const char*>(data), size);
    else if (!in_->read(static_cast<char*>(data), size))
      throw std::runtime_error("it ends early");
  }

 private:
  template <class T>
  void one(T& value) {
    if constexpr (requires { value.visit(*this); })
      value.visit(*this);
    else if constexpr (std::is_trivially_copyable_v<T>)
      bytes(&value, sizeof value);
    else
      value.visit_is_missing();
  }
  template <class T, class A>
  void one(std::vector<T, A>& v) {
    uint64_t n = v.size();
    bytes(&n, sizeof n);
    if constexpr (std::is_default_constructible_v<T>) {
      if (is_loading()) v.resize(n);
    } else if (n != v.size()) {
      throw std::runtime_error("it is of a network of another size");
    }
    if constexpr (std::is_trivially_copyable_v<T> && !requires(T & x) { x.visit(*this); })
      bytes(v.data(), n * sizeof(T));
    else
      for (auto& x : v) one(x);
  }
  void one(std::vector<bool>& v) {
    uint64_t n = v.size();
    bytes(&n, sizeof n);
    v.resize(n);
    for (size_t k = 0; k < n; ++k) {
      char x = v[k];
      bytes(&x, 1);
      v[k] = x != 0;
    }
  }
  template <class A, class B>
  void one(std::pair<A, B>& p) {
    one(p.first), one(p.second);
  }
  void one(std::string& s) {
    uint64_t n = s.size();
    bytes(&n, sizeof n);
    s.resize(n);
    bytes(s.data(), n);
  }
  template <class T>
  void one(LargeArray<T>& a) {
    fixed(a.data(), a.bytes());
  }
  template <class T>
  void one(std::span<T>& s) {
    fixed(s.data(), s.size_bytes());
  }
  void one(Column& c) { fixed(c.data(), c.size() * element_size(c.element())); }
  void fixed(void* data, uint64_t n) {
    uint64_t stored = n;
    bytes(&stored, sizeof stored);
    if (stored != n) throw std::runtime_error("it is of a network of another size");
    bytes(data, n);
  }

  std::ostream* out_ = nullptr;
  std::istream* in_ = nullptr;
};

}  // namespace encephagen
