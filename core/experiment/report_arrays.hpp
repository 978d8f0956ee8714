// The numbers of a report page: arrays packed into one block of bytes beside the JSON that refers to them.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace encephagen {

// Every add_ function returns JSON text that stands for the array:
//   {"$": "f32" | "u32" | "u16" | "u8", "at": byte in the block, "shape": [...]}
// and, for levels, also "low" and "high". The product of `shape` must be the number of values.
class ArrayPack {
 public:
  using Shape = std::vector<size_t>;

  // 65,535 levels from the least to the greatest finite value: enough for every picture, half the size of f32. What is
  // not finite becomes 65535, which a reader takes for NaN.
  std::string add_levels(std::span<const double> values, const Shape& shape);
  std::string add_f32(std::span<const double> values, const Shape& shape);
  std::string add_u32(std::span<const uint32_t> values, const Shape& shape);
  std::string add_u16(std::span<const uint16_t> values, const Shape& shape);
  std::string add_u8(std::span<const uint8_t> values, const Shape& shape);
  const std::string& bytes() const { return bytes_; }

 private:
  template <class T>
  std::string add(const char* type, const std::vector<T>& values, const Shape& shape, const std::string& more = "");
  std::string bytes_;
};

// What the page's decode.js reads: length of the JSON in bytes (u32, little endian), the JSON padded with spaces to a
// multiple of eight, then the block of arrays. A live view sends the same.
std::string pack_document(std::string json, const ArrayPack& arrays);

// zlib's format, which a browser calls "deflate".
std::string deflated(std::string_view bytes);
std::string base64(std::string_view bytes);

}  // namespace encephagen
