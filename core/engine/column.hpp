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
  Column(size_t n, uint32_t element, double value) : element_(element), n_(n), bytes_(n * element_size(element)) {
    for (size_t i = 0; i < n; ++i) set(i, value);
  }
  Column(std::span<const double> values, uint32_t element) : Column(values.size(), element, 0.0) {
    for (size_t i = 0; i < n_; ++i) set(i, values[i]);
  }
  size_t size() const { return n_; }
  uint32_t element() const { return element_; }
  bool is_single() const { return element_ == EG_F32; }
  std::byte* data() { return bytes_.data(); }
  const std::byte* data() const { return bytes_.data(); }
  // The address of element i.
  std::byte* at(size_t i) { return bytes_.data() + i * element_size(element_); }
  const std::byte* at(size_t i) const { return bytes_.data() + i * element_size(element_); }
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
    return {reinterpret_cast<Real*>(bytes_.data()), n_};
  }
  template <class Real>
  std::span<const Real> as() const {
    return {reinterpret_cast<const Real*>(bytes_.data()), n_};
  }

 private:
  uint32_t element_ = EG_F64;
  size_t n_ = 0;
  AlignedVector<std::byte> bytes_;
};

// Calls f(Real{}) with the type of the element.
template <class F>
decltype(auto) with_real(uint32_t element, F&& f) {
  return element == EG_F32 ? f(float{}) : f(double{});
}

}  // namespace encephagen
