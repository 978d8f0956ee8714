// A column of numbers in double or single precision: state, inputs and parameters of units.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "encephagen/abi/base.h"
#include "engine/aligned.hpp"

namespace encephagen {

inline size_t element_size(uint32_t element) { return element == EG_F32 ? sizeof(float) : sizeof(double); }

class Column {
 public:
  Column() = default;
  // `place` is the number of the column among those that are read and written together. Columns of one population start
  // at different places within their memory pages: where a load has the lowest 12 bits of the address of a store before
  // it, processors take it for dependent and let it wait.
  Column(size_t n, uint32_t element, double value, size_t place)
      : element_(element), n_(n), bytes_(n * element_size(element) + page) {
    const size_t wanted = place * 9 * 64;
    start_ = (wanted - reinterpret_cast<uintptr_t>(bytes_.data())) % page;
    for (size_t i = 0; i < n; ++i) set(i, value);
  }
  Column(std::span<const double> values, uint32_t element, size_t place) : Column(values.size(), element, 0.0, place) {
    for (size_t i = 0; i < n_; ++i) set(i, values[i]);
  }
  Column(Column&&) = default;
  Column& operator=(Column&&) = default;
  size_t size() const { return n_; }
  uint32_t element() const { return element_; }
  bool is_single() const { return element_ == EG_F32; }
  std::byte* data() { return bytes_.data() + start_; }
  const std::byte* data() const { return bytes_.data() + start_; }
  // The address of element i.
  std::byte* at(size_t i) { return data() + i * element_size(element_); }
  const std::byte* at(size_t i) const { return data() + i * element_size(element_); }
  double operator[](size_t i) const { return is_single() ? static_cast<double>(as<float>()[i]) : as<double>()[i]; }
  void set(size_t i, double value) {
    if (is_single())
      as<float>()[i] = static_cast<float>(value);
    else
      as<double>()[i] = value;
  }
  // Real must be the element type.
  template <class Real>
  std::span<Real> as() {
    return {reinterpret_cast<Real*>(data()), n_};
  }
  template <class Real>
  std::span<const Real> as() const {
    return {reinterpret_cast<const Real*>(data()), n_};
  }

 private:
  static constexpr size_t page = 4096;
  uint32_t element_ = EG_F64;
  size_t n_ = 0, start_ = 0;
  AlignedVector<std::byte> bytes_;
};

// Calls f(Real{}) with the type of the element.
template <class F>
decltype(auto) with_real(uint32_t element, F&& f) {
  return element == EG_F32 ? f(float{}) : f(double{});
}

}  // namespace encephagen
